"""What a candidate writes into: the STAR form, the picker around it, and the privacy choices."""

from __future__ import annotations

from prepkit.forms.hand_in import HandIn
from prepkit.forms.picker import Picker
from prepkit.forms.privacy_panel import PrivacyPanel
from prepkit.forms.star_form import StarForm

__all__ = ["HandIn", "Picker", "PrivacyPanel", "StarForm"]
