/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Placeholder translation unit: replaced by the core's first landing. */
#include <glib.h>
