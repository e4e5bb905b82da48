"""What a run leaves behind: evidence, documents for machines, and the notice of step 6."""
