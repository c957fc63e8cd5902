"""A small file system in memory, to fill."""

import os
import subprocess


class Disk:
    """A file system that is mounted on a folder and hides what was there; needs root."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def mount(self, size):
        """Mount it, or raise OSError where this may not be done."""
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", self.folder], capture_output=True, check=False
        )
        if done.returncode:
            raise OSError("no file system can be mounted here: a full disk needs one")
        return self

    def resize(self, size):
        """Give it another size, in bytes or as `mount` writes sizes; return whether what is on it fits."""
        done = subprocess.run(["mount", "-o", f"remount,size={size}", self.folder], capture_output=True, check=False)
        return done.returncode == 0

    def used(self):
        """Return the bytes on it."""
        about = os.statvfs(self.folder)
        return (about.f_blocks - about.f_bfree) * about.f_frsize

    def unmount(self):
        """Take it away, whatever still looks at it."""
        subprocess.run(["umount", "-l", self.folder], capture_output=True, check=False)
