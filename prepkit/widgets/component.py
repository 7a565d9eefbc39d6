"""What all forms share: a browser side that sends messages, and a Python side that answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import anywidget
import traitlets

from prepkit.scripts import style_sheet, widget_script
from prepkit.text import escape_html

Message = dict[str, Any]


def one_line(text: str) -> dict[str, str]:
    """Return a line of text by MIME type, for `Component.fallback`."""
    return {"text/plain": text, "text/html": f"<p>{escape_html(text)}</p>"}


class Binary(Message):
    """A message that brings bytes beside its content, such as a piece of a recording."""

    def __init__(self, data: bytes, **content: Any) -> None:
        super().__init__(content)
        self.data = data


class Component(anywidget.AnyWidget):
    """A widget whose browser side sends messages, which `handle` answers.

    Jupyter writes widget state into notebooks. So text that somebody types is never state: it is
    sent in messages only.
    """

    script: ClassVar[str]
    """The file name in prepkit/static/ of the browser side."""
    styles: ClassVar[tuple[str, ...]]
    """The file names in prepkit/static/ of its style sheets."""

    # Read when the first widget is made, so that `import prepkit` stays quick.
    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    def __init__(self, **state: Any) -> None:
        super().__init__(**state)
        self.on_msg(self._on_message)

    @traitlets.default("_esm")
    def _default_esm(self) -> str:
        return widget_script(self.script)

    @traitlets.default("_css")
    def _default_css(self) -> str:
        return style_sheet(*self.styles)

    def fallback(self) -> dict[str, str]:
        """Return what is shown where no widget runs, by MIME type. A notebook keeps it."""
        return {}

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        return bundle and ({**bundle[0], **self.fallback()}, bundle[1])

    def handle(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Do what a message from the browser asks for, and return the messages that answer it."""
        raise NotImplementedError

    def receive(
        self, message: Mapping[str, Any], buffers: Sequence[bytes | memoryview]
    ) -> tuple[Message, ...]:
        """Do what a message asks for that may bring bytes; a `Binary` answer brings some, too."""
        return self.handle(message)

    def _on_message(
        self,
        _widget: object,
        content: Mapping[str, Any],
        buffers: Sequence[memoryview] | None,
    ) -> None:
        for message in self.receive(content, buffers or ()):
            self.send(message, [message.data] if isinstance(message, Binary) else None)
