"""A run, from the whole to the part: the order, the plan, one grant, the wizard, the click, the list."""
