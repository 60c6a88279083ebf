"""A document that figures of several releases went into: recorded with each of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from workbench.client.export.save import no_gateway, order_of
from workbench.client.release import Release


def keep_document(releases: Iterable[Release], name: str, content: bytes) -> tuple[int, ...]:
    """Have the gateway judge and record, for each release, that it went into the JSON document
    ``content``: the positions in the ledger, in order. Its digest says which document it was.

    Raises what the gateway says (export_not_allowed ...); those before are recorded then.
    """
    digest = hashlib.sha256(content).hexdigest()
    positions = []
    for release in releases:
        if release.exporter is None:
            raise no_gateway()
        answer = release.exporter(order_of(release, name, "json", digest))
        positions.append(int(answer["receipt"]["ledger_position"]))
    return tuple(positions)
