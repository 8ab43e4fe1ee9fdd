#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The formatter decides the layout: every tracked C file must be as it leaves it.
set -eu
git ls-files -z '*.c' '*.h' | xargs -0 -r clang-format --dry-run -Werror
