/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Register offsets and bits of PCI and PCI Express configuration space, by the
 * names that Linux gives them. Only those that this tree uses.
 */
#ifndef STANDARD_HEADERS_LINUX_PCI_REGS_H
#define STANDARD_HEADERS_LINUX_PCI_REGS_H

#define PCI_CFG_SPACE_SIZE     256
#define PCI_CFG_SPACE_EXP_SIZE 4096
#define PCI_STD_HEADER_SIZEOF  64
#define PCI_STD_NUM_BARS       6

/* Header, common part */
#define PCI_VENDOR_ID               0x00
#define PCI_DEVICE_ID               0x02
#define PCI_COMMAND                 0x04
#define PCI_COMMAND_IO              0x1
#define PCI_COMMAND_MEMORY          0x2
#define PCI_COMMAND_MASTER          0x4
#define PCI_COMMAND_PARITY          0x40
#define PCI_COMMAND_SERR            0x100
#define PCI_COMMAND_INTX_DISABLE    0x400
#define PCI_STATUS                  0x06
#define PCI_STATUS_INTERRUPT        0x08
#define PCI_STATUS_CAP_LIST         0x10
#define PCI_STATUS_66MHZ            0x20
#define PCI_STATUS_FAST_BACK        0x80
#define PCI_STATUS_PARITY           0x100
#define PCI_STATUS_DEVSEL_MASK      0x600
#define PCI_STATUS_SIG_TARGET_ABORT 0x800
#define PCI_STATUS_REC_TARGET_ABORT 0x1000
#define PCI_STATUS_REC_MASTER_ABORT 0x2000
#define PCI_STATUS_SIG_SYSTEM_ERROR 0x4000
#define PCI_STATUS_DETECTED_PARITY  0x8000
#define PCI_REVISION_ID             0x08
#define PCI_CLASS_PROG              0x09
#define PCI_CLASS_DEVICE            0x0a
#define PCI_CACHE_LINE_SIZE         0x0c
#define PCI_LATENCY_TIMER           0x0d
#define PCI_HEADER_TYPE             0x0e
#define PCI_HEADER_TYPE_MASK        0x7f
#define PCI_HEADER_TYPE_NORMAL      0
#define PCI_HEADER_TYPE_BRIDGE      1
#define PCI_BIST                    0x0f
#define PCI_CAPABILITY_LIST         0x34
#define PCI_INTERRUPT_LINE          0x3c
#define PCI_INTERRUPT_PIN           0x3d

/* Base address registers */
#define PCI_BASE_ADDRESS_0             0x10
#define PCI_BASE_ADDRESS_1             0x14
#define PCI_BASE_ADDRESS_2             0x18
#define PCI_BASE_ADDRESS_3             0x1c
#define PCI_BASE_ADDRESS_4             0x20
#define PCI_BASE_ADDRESS_5             0x24
#define PCI_BASE_ADDRESS_SPACE         0x01
#define PCI_BASE_ADDRESS_SPACE_IO      0x01
#define PCI_BASE_ADDRESS_SPACE_MEMORY  0x00
#define PCI_BASE_ADDRESS_MEM_TYPE_MASK 0x06
#define PCI_BASE_ADDRESS_MEM_TYPE_32   0x00
#define PCI_BASE_ADDRESS_MEM_TYPE_64   0x04
#define PCI_BASE_ADDRESS_MEM_PREFETCH  0x08
#define PCI_BASE_ADDRESS_MEM_MASK      (~0x0fUL)
#define PCI_BASE_ADDRESS_IO_MASK       (~0x03UL)

/* Header type 0 */
#define PCI_SUBSYSTEM_VENDOR_ID 0x2c
#define PCI_SUBSYSTEM_ID        0x2e
#define PCI_ROM_ADDRESS         0x30
#define PCI_ROM_ADDRESS_ENABLE  0x01
#define PCI_ROM_ADDRESS_MASK    (~0x7ffU)

/* Header type 1 (bridges) */
#define PCI_PRIMARY_BUS          0x18
#define PCI_SECONDARY_BUS        0x19
#define PCI_SUBORDINATE_BUS      0x1a
#define PCI_SEC_LATENCY_TIMER    0x1b
#define PCI_IO_BASE              0x1c
#define PCI_IO_LIMIT             0x1d
#define PCI_IO_RANGE_TYPE_MASK   0x0fUL
#define PCI_IO_RANGE_TYPE_16     0x00
#define PCI_IO_RANGE_TYPE_32     0x01
#define PCI_IO_RANGE_MASK        (~0x0fUL)
#define PCI_SEC_STATUS           0x1e
#define PCI_MEMORY_BASE          0x20
#define PCI_MEMORY_LIMIT         0x22
#define PCI_MEMORY_RANGE_MASK    (~0x0fUL)
#define PCI_PREF_MEMORY_BASE     0x24
#define PCI_PREF_MEMORY_LIMIT    0x26
#define PCI_PREF_RANGE_TYPE_MASK 0x0fUL
#define PCI_PREF_RANGE_TYPE_32   0x00
#define PCI_PREF_RANGE_TYPE_64   0x01
#define PCI_PREF_RANGE_MASK      (~0x0fUL)
#define PCI_PREF_BASE_UPPER32    0x28
#define PCI_PREF_LIMIT_UPPER32   0x2c
#define PCI_IO_BASE_UPPER16      0x30
#define PCI_IO_LIMIT_UPPER16     0x32
#define PCI_ROM_ADDRESS1         0x38
#define PCI_BRIDGE_CONTROL       0x3e
#define PCI_BRIDGE_CTL_PARITY    0x01
#define PCI_BRIDGE_CTL_SERR      0x02
#define PCI_BRIDGE_CTL_ISA       0x04
#define PCI_BRIDGE_CTL_BUS_RESET 0x40

/* Capability list */
#define PCI_CAP_LIST_ID   0
#define PCI_CAP_LIST_NEXT 1
#define PCI_CAP_FLAGS     2
#define PCI_CAP_SIZEOF    4
#define PCI_CAP_ID_PM     0x01
#define PCI_CAP_ID_MSI    0x05
#define PCI_CAP_ID_VNDR   0x09
#define PCI_CAP_ID_SSVID  0x0d
#define PCI_CAP_ID_EXP    0x10
#define PCI_CAP_ID_MSIX   0x11

/* Power management */
#define PCI_PM_PMC                2
#define PCI_PM_CTRL               4
#define PCI_PM_CTRL_STATE_MASK    0x0003
#define PCI_PM_CTRL_NO_SOFT_RESET 0x0008
#define PCI_PM_SIZEOF             8

/* Subsystem ids of a bridge */
#define PCI_SSVID_VENDOR_ID 4
#define PCI_SSVID_DEVICE_ID 6

/* MSI */
#define PCI_MSI_FLAGS         0x02
#define PCI_MSI_FLAGS_ENABLE  0x0001
#define PCI_MSI_FLAGS_QMASK   0x000e
#define PCI_MSI_FLAGS_QSIZE   0x0070
#define PCI_MSI_FLAGS_64BIT   0x0080
#define PCI_MSI_FLAGS_MASKBIT 0x0100
#define PCI_MSI_ADDRESS_LO    0x04
#define PCI_MSI_ADDRESS_HI    0x08
#define PCI_MSI_DATA_32       0x08
#define PCI_MSI_MASK_32       0x0c
#define PCI_MSI_PENDING_32    0x10
#define PCI_MSI_DATA_64       0x0c
#define PCI_MSI_MASK_64       0x10
#define PCI_MSI_PENDING_64    0x14

/* MSI-X */
#define PCI_MSIX_FLAGS              2
#define PCI_MSIX_FLAGS_QSIZE        0x07ff
#define PCI_MSIX_FLAGS_MASKALL      0x4000
#define PCI_MSIX_FLAGS_ENABLE       0x8000
#define PCI_MSIX_TABLE              4
#define PCI_MSIX_PBA                8
#define PCI_MSIX_FLAGS_BIRMASK      0x7
#define PCI_CAP_MSIX_SIZEOF         12
#define PCI_MSIX_ENTRY_SIZE         16
#define PCI_MSIX_ENTRY_LOWER_ADDR   0x0
#define PCI_MSIX_ENTRY_UPPER_ADDR   0x4
#define PCI_MSIX_ENTRY_DATA         0x8
#define PCI_MSIX_ENTRY_VECTOR_CTRL  0xc
#define PCI_MSIX_ENTRY_CTRL_MASKBIT 0x1

/* PCI Express capability */
#define PCI_EXP_FLAGS                0x02
#define PCI_EXP_FLAGS_VERS           0x000f
#define PCI_EXP_FLAGS_TYPE           0x00f0
#define PCI_EXP_TYPE_ENDPOINT        0x0
#define PCI_EXP_TYPE_ROOT_PORT       0x4
#define PCI_EXP_TYPE_UPSTREAM        0x5
#define PCI_EXP_TYPE_DOWNSTREAM      0x6
#define PCI_EXP_TYPE_PCI_BRIDGE      0x7
#define PCI_EXP_TYPE_PCIE_BRIDGE     0x8
#define PCI_EXP_TYPE_RC_END          0x9
#define PCI_EXP_FLAGS_SLOT           0x0100
#define PCI_EXP_FLAGS_IRQ            0x3e00
#define PCI_EXP_DEVCAP               0x04
#define PCI_EXP_DEVCAP_RBER          0x00008000
#define PCI_EXP_DEVCAP_FLR           0x10000000
#define PCI_EXP_DEVCTL               0x08
#define PCI_EXP_DEVCTL_CERE          0x0001
#define PCI_EXP_DEVCTL_NFERE         0x0002
#define PCI_EXP_DEVCTL_FERE          0x0004
#define PCI_EXP_DEVCTL_URRE          0x0008
#define PCI_EXP_DEVCTL_PAYLOAD       0x00e0
#define PCI_EXP_DEVCTL_READRQ        0x7000
#define PCI_EXP_DEVCTL_BCR_FLR       0x8000
#define PCI_EXP_DEVSTA               0x0a
#define PCI_EXP_DEVSTA_CED           0x0001
#define PCI_EXP_DEVSTA_NFED          0x0002
#define PCI_EXP_DEVSTA_FED           0x0004
#define PCI_EXP_DEVSTA_URD           0x0008
#define PCI_EXP_LNKCAP               0x0c
#define PCI_EXP_LNKCAP_SLS           0x0000000f
#define PCI_EXP_LNKCAP_MLW           0x000003f0
#define PCI_EXP_LNKCAP_DLLLARC       0x00100000
#define PCI_EXP_LNKCAP_PN            0xff000000
#define PCI_EXP_LNKCTL               0x10
#define PCI_EXP_LNKCTL_ASPMC         0x0003
#define PCI_EXP_LNKCTL_CCC           0x0040
#define PCI_EXP_LNKCTL_ES            0x0080
#define PCI_EXP_LNKSTA               0x12
#define PCI_EXP_LNKSTA_CLS           0x000f
#define PCI_EXP_LNKSTA_NLW           0x03f0
#define PCI_EXP_LNKSTA_DLLLA         0x2000
#define PCI_EXP_SLTCAP               0x14
#define PCI_EXP_SLTCAP_ABP           0x00000001
#define PCI_EXP_SLTCAP_PCP           0x00000002
#define PCI_EXP_SLTCAP_MRLSP         0x00000004
#define PCI_EXP_SLTCAP_AIP           0x00000008
#define PCI_EXP_SLTCAP_PIP           0x00000010
#define PCI_EXP_SLTCAP_HPS           0x00000020
#define PCI_EXP_SLTCAP_HPC           0x00000040
#define PCI_EXP_SLTCAP_EIP           0x00020000
#define PCI_EXP_SLTCAP_NCCS          0x00040000
#define PCI_EXP_SLTCAP_PSN           0xfff80000
#define PCI_EXP_SLTCTL               0x18
#define PCI_EXP_SLTCTL_ABPE          0x0001
#define PCI_EXP_SLTCTL_PDCE          0x0008
#define PCI_EXP_SLTCTL_CCIE          0x0010
#define PCI_EXP_SLTCTL_HPIE          0x0020
#define PCI_EXP_SLTCTL_AIC           0x00c0
#define PCI_EXP_SLTCTL_ATTN_IND_OFF  0x00c0
#define PCI_EXP_SLTCTL_PIC           0x0300
#define PCI_EXP_SLTCTL_PWR_IND_ON    0x0100
#define PCI_EXP_SLTCTL_PWR_IND_BLINK 0x0200
#define PCI_EXP_SLTCTL_PWR_IND_OFF   0x0300
#define PCI_EXP_SLTCTL_PCC           0x0400
#define PCI_EXP_SLTCTL_PWR_ON        0x0000
#define PCI_EXP_SLTCTL_PWR_OFF       0x0400
#define PCI_EXP_SLTCTL_EIC           0x0800
#define PCI_EXP_SLTCTL_DLLSCE        0x1000
#define PCI_EXP_SLTSTA               0x1a
#define PCI_EXP_SLTSTA_ABP           0x0001
#define PCI_EXP_SLTSTA_PDC           0x0008
#define PCI_EXP_SLTSTA_CC            0x0010
#define PCI_EXP_SLTSTA_PDS           0x0040
#define PCI_EXP_SLTSTA_EIS           0x0080
#define PCI_EXP_SLTSTA_DLLSC         0x0100
#define PCI_EXP_RTCTL                0x1c
#define PCI_EXP_RTCTL_SECEE          0x0001
#define PCI_EXP_RTCTL_SENFEE         0x0002
#define PCI_EXP_RTCTL_SEFEE          0x0004
#define PCI_EXP_RTCAP                0x1e
#define PCI_EXP_RTSTA                0x20
#define PCI_EXP_DEVCAP2              0x24
#define PCI_EXP_DEVCAP2_ARI          0x00000020
#define PCI_EXP_DEVCTL2              0x28
#define PCI_EXP_DEVCTL2_ARI          0x0020
#define PCI_EXP_LNKCAP2              0x2c
#define PCI_EXP_LNKCTL2              0x30
#define PCI_EXP_LNKSTA2              0x32
#define PCI_EXP_SLTCAP2              0x34

/* Extended capabilities */
#define PCI_EXT_CAP_ID(header)   ((header)&0x0000ffff)
#define PCI_EXT_CAP_VER(header)  (((header) >> 16) & 0xf)
#define PCI_EXT_CAP_NEXT(header) (((header) >> 20) & 0xffc)
#define PCI_EXT_CAP_ID_ACS       0x0d
#define PCI_EXT_CAP_ID_ATS       0x0f
#define PCI_EXT_CAP_ATS_SIZEOF   8
#define PCI_ATS_CAP              0x04
#define PCI_ATS_CAP_PAGE_ALIGNED 0x0020
#define PCI_ATS_CTRL             0x06
#define PCI_ATS_CTRL_ENABLE      0x8000
#define PCI_ACS_CAP              0x04
#define PCI_ACS_SV               0x0001
#define PCI_ACS_TB               0x0002
#define PCI_ACS_RR               0x0004
#define PCI_ACS_CR               0x0008
#define PCI_ACS_UF               0x0010
#define PCI_ACS_CTRL             0x06

#endif
