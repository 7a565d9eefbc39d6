"""``prepkit site``: a publisher builds a website."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from prepkit.commands.options import Commands, add_bank, add_command, add_flag, port
from prepkit.text import printable

if TYPE_CHECKING:
    from prepkit.site.build import BuildReport
    from prepkit.site.settings import Settings


def add(commands: Commands) -> None:
    """Add the command."""
    summary = "build a website from the questions and your notebooks"
    site = add_command(commands, "site", summary, _site)
    site.add_argument(
        "notebooks",
        nargs="*",
        type=Path,
        metavar="NOTEBOOK",
        help="notebooks to publish along with the questions, already run; or folders of them",
    )
    site.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("build/site"),
        help="the folder to build the site in (default: build/site)",
    )
    site.add_argument(
        "--settings",
        type=Path,
        metavar="FILE",
        help="title, address, scripts and more (default: site.toml, if there is one)",
    )
    site.add_argument("--title", help="the title of the site")
    site.add_argument(
        "--base-url",
        type=_address,
        metavar="URL",
        help="the public address of the site, for its sitemap, its feed and shared links",
    )
    add_flag(site, "--no-bank", "publish only the notebooks")
    add_flag(
        site,
        "--allow-answers",
        "publish notebooks even if they contain somebody's answers",
    )
    add_flag(site, "--trust-html", "publish the HTML in notebooks unchanged, scripts included")
    add_flag(site, "--strict", "exit with code 1 if anything can't be published as it is")
    add_flag(site, "--watch", "show the site here, and rebuild it on every change")
    site.add_argument(
        "--port", type=port, default=8000, help="the port for --watch (default: 8000)"
    )
    add_flag(site, "--no-browser", "with --watch: print the address instead of opening a browser")
    add_bank(site)


def _address(text: str) -> str:
    from prepkit.site.settings import site_address

    try:
        return site_address(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a web address: give one such as https://example.org/practice/"
        ) from None


def _site(arguments: argparse.Namespace) -> int:
    from prepkit.bank import shipped_folder
    from prepkit.progress_bar import progress_bar
    from prepkit.site.publishing import publish
    from prepkit.site.told import sum_of, told_together

    # Read on each build: with --watch, the publisher may write more answers in between.
    def private() -> frozenset[str]:
        # Imported here: most sites have no notebooks, and open nobody's answers.
        from prepkit.answers import stored_texts, user_folder

        return stored_texts(user_folder())

    said: set[str] = set()

    def build() -> BuildReport:
        with progress_bar("Pages") as show:
            report = publish(
                arguments.output,
                arguments.notebooks,
                settings=_settings(arguments),
                bank_folder=arguments.bank,
                with_bank=not arguments.no_bank,
                private=None if arguments.allow_answers else private,
                now=datetime.now(UTC),
                # The last step is the search index, which takes longer than a page.
                progress=lambda done, of: show(
                    done, of, "the search index" if done == of - 1 else ""
                ),
            )
        # Once only, however often --watch rebuilds.
        notices = [notice for notice in report.notices if notice not in said]
        hints = [hint for hint in report.hints if hint not in said]
        for line in (*told_together(notices), *filter(None, [sum_of(notices)]), *hints):
            print(printable(line, one_line=True), file=sys.stderr)
        said.update(report.notices, report.hints)
        print(report, flush=True)
        return report

    if not arguments.watch:
        return _exit_code(build(), strict=arguments.strict)
    from prepkit.site.watch import serve

    bank = [] if arguments.no_bank else [arguments.bank or shipped_folder()]
    settings = [path] if (path := _settings_file(arguments)) else []
    if folder := _settings(arguments).files:
        settings.append(folder)
    serve(
        arguments.output,
        port=arguments.port,
        rebuild=build,
        watched=[*arguments.notebooks, *bank, *settings],
        open_browser=not arguments.no_browser,
    )
    return 0


def _exit_code(report: BuildReport, *, strict: bool) -> int:
    if not strict or not report.notices:
        return 0
    print(
        f"{report.folder} was built, but not everything is published as it is: see above"
        " (--strict)",
        file=sys.stderr,
    )
    return 1


def _settings_file(arguments: argparse.Namespace) -> Path | None:
    default = Path("site.toml")
    chosen: Path | None = arguments.settings
    return chosen or (default if default.exists() else None)


def _settings(arguments: argparse.Namespace) -> Settings:
    """Return the settings of the file, or the defaults; the command line takes precedence."""
    from prepkit.site.settings import Settings, load_settings

    path = _settings_file(arguments)
    settings = load_settings(path) if path else Settings()
    given = {"title": arguments.title, "base_url": arguments.base_url}
    chosen = {name: value for name, value in given.items() if value}
    return settings.model_copy(
        update={**chosen, "trust_html": settings.trust_html or arguments.trust_html}
    )
