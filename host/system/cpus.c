/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "system/cpus.h"

static const VCpuOps *vcpu_ops;

void cpus_register_ops(const VCpuOps *ops)
{
    vcpu_ops = ops;
}

void pause_all_vcpus(void)
{
    if (vcpu_ops) {
        vcpu_ops->pause_all();
    }
}

void resume_all_vcpus(void)
{
    if (vcpu_ops) {
        vcpu_ops->resume_all();
    }
}
