# SPDX-License-Identifier: GPL-2.0-or-later
"""A QEMU tree to edit: files in memory first, on disk when everything has worked."""
import pathlib
import re
import subprocess


class SeriesError(Exception):
    """What the user has to know, in a sentence."""


class Tree:
    """
    The files of a git tree with the changes of one step on top. Nothing is
    written before commit(), so that a check and a failure leave no trace.
    """

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.changed = {}  # name -> text, or None for a removed file

    def git(self, *args):
        run = subprocess.run(['git', '-C', str(self.path), *args], text=True,
                             capture_output=True)
        if run.returncode:
            raise SeriesError(f"git {' '.join(args)}: {run.stderr.strip()}")
        return run.stdout.strip()

    def exists(self, name):
        if name in self.changed:
            return self.changed[name] is not None
        return (self.path / name).is_file()

    def read(self, name):
        if not self.exists(name):
            raise SeriesError(f'{name}: no such file in the tree')
        if name in self.changed:
            return self.changed[name]
        return (self.path / name).read_text()

    def write(self, name, text):
        self.changed[name] = text

    def remove(self, name):
        self.read(name)
        self.changed[name] = None

    def flush(self):
        """To the disk and git's index."""
        for name, text in self.changed.items():
            path = self.path / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.git('add', '--', *self.changed)
        self.changed = {}


# An edit is a function of the tree. Anchors are whole-line patterns that must match
# exactly one line; a tree in which they do not is one this series does not know.

def find_line(tree, name, anchor):
    lines = tree.read(name).split('\n')
    hits = [n for n, line in enumerate(lines) if re.fullmatch(anchor, line)]
    if len(hits) != 1:
        raise SeriesError(f'{name}: anchor /{anchor}/ matches {len(hits)} lines, '
                          'it has to be 1: is this QEMU 10.1 to 11?')
    return lines, hits[0]


def replace_line(name, anchor, text):
    """The line that matches becomes @text."""
    def edit(tree):
        lines, n = find_line(tree, name, anchor)
        lines[n] = text
        tree.write(name, '\n'.join(lines))
    return edit


def replace_word(name, anchor, old, new):
    """In the line that matches, @old becomes @new."""
    def edit(tree):
        lines, n = find_line(tree, name, anchor)
        lines[n] = lines[n].replace(old, new)
        tree.write(name, '\n'.join(lines))
    return edit


def insert_before(name, anchor, text):
    def edit(tree):
        lines, n = find_line(tree, name, anchor)
        lines.insert(n, text)
        tree.write(name, '\n'.join(lines))
    return edit


def insert_after(name, anchor, text):
    def edit(tree):
        lines, n = find_line(tree, name, anchor)
        lines.insert(n + 1, text)
        tree.write(name, '\n'.join(lines))
    return edit


def delete_lines(name, pattern):
    """All lines that match go; there has to be one at least."""
    def edit(tree):
        lines = tree.read(name).split('\n')
        kept = [line for line in lines if not re.fullmatch(pattern, line)]
        if len(kept) == len(lines):
            raise SeriesError(f'{name}: no line matches /{pattern}/')
        tree.write(name, '\n'.join(kept))
    return edit


def add_file(name, text):
    def edit(tree):
        tree.write(name, text)
    return edit


def remove_file(name):
    def edit(tree):
        tree.remove(name)
    return edit
