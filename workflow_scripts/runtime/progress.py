"""Progress of a long loop in the log of a job."""

import logging
import time


def progress(items, label, total=None, every_s=10.0):
    """Yield the items; log the progress, the rate and the remaining time at intervals of `every_s` seconds."""
    total = len(items) if total is None and hasattr(items, "__len__") else total
    started = logged = time.monotonic()
    for number, item in enumerate(items, 1):
        yield item
        now = time.monotonic()
        if now - logged >= every_s or number == total:
            logged = now
            rate = number / max(now - started, 1e-9)
            left = f", {(total - number) / rate:.0f} s left" if total else ""
            logging.info("%s: %d of %s, %.3g per s%s", label, number, total or "?", rate, left)
