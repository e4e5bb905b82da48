"""The kinds of control that a screen has, operated by what they turn out to be and read back afterwards.

A kind is fixed in the code and checked whenever the control is used, whatever locator found it: a secret goes only
into a masked field, an amount is read only from text, the recording control is a button.
"""

from pages.controls.buttons import Button, RecordingButton
from pages.controls.choices import Choice
from pages.controls.control import Control, Nature
from pages.controls.dates import DateField
from pages.controls.offers import Offer
from pages.controls.options import labels, not_one
from pages.controls.text import Chosen, Text
from pages.controls.text_fields import OneTimeCode, SecretField, TextField
from pages.controls.toggles import Result, Toggle

__all__ = [
    "Button",
    "Choice",
    "Chosen",
    "Control",
    "DateField",
    "Nature",
    "Offer",
    "OneTimeCode",
    "RecordingButton",
    "Result",
    "SecretField",
    "Text",
    "TextField",
    "Toggle",
    "labels",
    "not_one",
]
