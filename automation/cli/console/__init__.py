"""What a person sees at a terminal, and is asked there."""
