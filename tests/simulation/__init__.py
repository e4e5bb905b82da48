"""Whole histories of runs, colleagues, lag and crashes, each from one seed: the real program on a model of the rest."""
