"""Another portal over the stand-in portal's register and ledger: other words, other markup, other ways to go on."""
