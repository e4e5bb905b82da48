"""What the mock portal knows from the start: accounts, services, the register, prices."""
