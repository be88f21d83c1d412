"""Microsoft Teams' door: what comes in, what goes out, and how a card looks there."""

from __future__ import annotations

import warnings

warnings.filterwarnings("ignore", message=".* is in preview and may change", category=FutureWarning)
"""The SDK announces its previews when it is loaded; we use none of them."""
