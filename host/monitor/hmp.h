/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The monitor for people. */
#ifndef HOST_MONITOR_HMP_H
#define HOST_MONITOR_HMP_H

void hmp_cleanup(void);

#endif
