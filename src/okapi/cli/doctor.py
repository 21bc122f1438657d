"""`okapi doctor`: is this installation in order?"""

from __future__ import annotations

import click

from okapi.cli import framework
from okapi.wording import say

# The tags of okapi.config.checks, in the order in which they are told.
TAGS = ("okapi_home", "okapi_secret", "okapi_database", "okapi_migrations", "okapi_front_end")


@click.command()
def doctor() -> int:
    """Run every check; exit status 1 when one found an error."""
    framework.start()
    from django.core.checks import ERROR, WARNING, CheckMessage, run_checks

    def tell(finding: CheckMessage) -> None:
        level = "error" if finding.is_serious(ERROR) else "warning"
        click.echo(f"  {say(f'doctor.{level}')} {finding.msg}")
        if finding.hint:
            click.echo(f"    {finding.hint}")

    failed = False
    for tag in TAGS:
        findings = [item for item in run_checks(tags=[tag]) if item.level >= WARNING]
        failed = failed or any(item.is_serious(ERROR) for item in findings)
        click.echo(f"{say(f'doctor.{tag}')}{'' if findings else ' ' + say('doctor.fine')}")
        for finding in findings:
            tell(finding)
    return int(failed)
