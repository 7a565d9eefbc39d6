"""The drawings for handouts and site, and the emoji that they stand for."""

from __future__ import annotations

from pathlib import Path

ICONS = Path(__file__).parent / "static" / "icons"
"""The folder with the drawings for handouts and site."""

CATEGORY_ICONS = {
    "⚙": "settings",
    "👥": "users",
    "🌱": "sprout",
    "🤝": "user-plus",
    "🚀": "rocket",
    "📈": "activity",
    "⚔": "swords",
    "📣": "megaphone",
    "🧭": "compass",
    "⚖": "scale",
    "👋": "hand",
    "🛠": "wrench",
    "🧩": "puzzle",
    "🤖": "bot",
    "🔍": "search",
    "🧱": "brick-wall",
    "🔑": "key-round",
}
"""Emoji that a category may have as its icon, and the drawing that is shown instead of each."""


def category_mark(icon: str) -> dict[str, str | None]:
    """Return a category's emoji, and the name of the drawing for it, or None."""
    emoji = icon.replace("\ufe0f", "").strip()
    return {"icon": CATEGORY_ICONS.get(emoji), "emoji": emoji}
