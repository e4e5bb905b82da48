"""Not written yet."""


def command() -> None:
    """Nothing yet."""
