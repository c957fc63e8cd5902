"""Progress of a long loop, as lines in the job's log."""

import logging
import time


def progress(items, label, total=None, every_s=10.0):
    """Yield the items; log how far the loop is, its rate and the time left, every so many seconds."""
    total = len(items) if total is None and hasattr(items, "__len__") else total
    started = said = time.monotonic()
    for number, item in enumerate(items, 1):
        yield item
        now = time.monotonic()
        if now - said >= every_s or number == total:
            said = now
            rate = number / max(now - started, 1e-9)
            left = f", {(total - number) / rate:.0f} s left" if total else ""
            logging.info("%s: %d of %s, %.3g per s%s", label, number, total or "?", rate, left)
