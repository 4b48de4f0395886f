// What the numbers of .ARM.attributes mean (Addenda to the ABI for the Arm Architecture, chapter 3 "Build
// Attributes"), in the words GNU readelf -A prints.

/** By tag: its name, then the words for its values 0, 1, 2 …; an absent word is a value the document leaves out. */
export const numbered: ReadonlyMap<number, readonly [string, ...(string | undefined)[]]> = new Map([
	[
		6,
		[
			'CPU_arch',
			...['Pre-v4', 'v4', 'v4T', 'v5T', 'v5TE', 'v5TEJ', 'v6', 'v6KZ', 'v6T2', 'v6K', 'v7'],
			...['v6-M', 'v6S-M', 'v7E-M', 'v8', 'v8-R', 'v8-M.baseline', 'v8-M.mainline'],
			...['v8.1-A', 'v8.2-A', 'v8.3-A', 'v8.1-M.mainline', 'v9'],
		],
	],
	[8, ['ARM_ISA_use', 'No', 'Yes']],
	[9, ['THUMB_ISA_use', 'No', 'Thumb-1', 'Thumb-2', 'Yes']],
	[
		10,
		[
			'FP_arch',
			...['No', 'VFPv1', 'VFPv2', 'VFPv3', 'VFPv3-D16', 'VFPv4', 'VFPv4-D16'],
			...['FP for ARMv8', 'FPv5/FP-D16 for ARMv8'],
		],
	],
	[11, ['WMMX_arch', 'No', 'WMMXv1', 'WMMXv2']],
	[
		12,
		[
			'Advanced_SIMD_arch',
			...['No', 'NEONv1', 'NEONv1 with Fused-MAC', 'NEON for ARMv8', 'NEON for ARMv8.1'],
		],
	],
	[
		13,
		[
			'PCS_config',
			...['None', 'Bare platform', 'Linux application', 'Linux DSO', 'PalmOS 2004'],
			...['PalmOS (reserved)', 'SymbianOS 2004', 'SymbianOS (reserved)'],
		],
	],
	[14, ['ABI_PCS_R9_use', 'V6', 'SB', 'TLS', 'Unused']],
	[15, ['ABI_PCS_RW_data', 'Absolute', 'PC-relative', 'SB-relative', 'None']],
	[16, ['ABI_PCS_RO_data', 'Absolute', 'PC-relative', 'None']],
	[17, ['ABI_PCS_GOT_use', 'None', 'direct', 'GOT-indirect']],
	[18, ['ABI_PCS_wchar_t', 'None', '??? 1', '2', '??? 3', '4']],
	[19, ['ABI_FP_rounding', 'Unused', 'Needed']],
	[20, ['ABI_FP_denormal', 'Unused', 'Needed', 'Sign only']],
	[21, ['ABI_FP_exceptions', 'Unused', 'Needed']],
	[22, ['ABI_FP_user_exceptions', 'Unused', 'Needed']],
	[23, ['ABI_FP_number_model', 'Unused', 'Finite', 'RTABI', 'IEEE 754']],
	[26, ['ABI_enum_size', 'Unused', 'small', 'int', 'forced to int']],
	[27, ['ABI_HardFP_use', 'As Tag_FP_arch', 'SP only', 'Reserved', 'Deprecated']],
	[28, ['ABI_VFP_args', 'AAPCS', 'VFP registers', 'custom', 'compatible']],
	[29, ['ABI_WMMX_args', 'AAPCS', 'WMMX registers', 'custom']],
	[30, ['ABI_optimization_goals', ...goals('Debug')]],
	[31, ['ABI_FP_optimization_goals', ...goals('Accuracy')]],
	[34, ['CPU_unaligned_access', 'None', 'v6']],
	[36, ['FP_HP_extension', 'Not Allowed', 'Allowed']],
	[38, ['ABI_FP_16bit_format', 'None', 'IEEE 754', 'Alternative Format']],
	[42, ['MPextension_use', 'Not Allowed', 'Allowed']],
	[
		44,
		[
			'DIV_use',
			'Allowed in Thumb-ISA, v7-R or v7-M',
			'Not allowed',
			'Allowed in v7-A with integer division extension',
		],
	],
	[46, ['DSP_extension', 'Follow architecture', 'Allowed']],
	[48, ['MVE_arch', 'No MVE', 'MVE Integer only', 'MVE Integer and FP']],
	[
		50,
		[
			'PAC_extension',
			'No PAC/AUT instructions',
			'PAC/AUT instructions permitted in the NOP space',
			'PAC/AUT instructions permitted in the NOP and in the non-NOP space',
		],
	],
	[
		52,
		[
			'BTI_extension',
			'BTI instructions not permitted',
			'BTI instructions permitted in the NOP space',
			'BTI instructions permitted in the NOP and in the non-NOP space',
		],
	],
	[66, ['T2EE_use', 'Not Allowed', 'Allowed']],
	[
		68,
		[
			'Virtualization_use',
			...['Not Allowed', 'TrustZone', 'Virtualization Extensions'],
			'TrustZone and Virtualization Extensions',
		],
	],
	[70, ['MPextension_use_legacy', 'Not Allowed', 'Allowed']],
	[
		74,
		[
			'BTI_use',
			'Compiled without branch target enforcement',
			'Compiled with branch target enforcement',
		],
	],
	[
		76,
		[
			'PACRET_use',
			'Compiled without return address signing and authentication',
			'Compiled with return address signing and authentication',
		],
	],
]);

/** Tags whose value is text. */
export const worded: ReadonlyMap<number, string> = new Map([
	[4, 'CPU_raw_name'],
	[5, 'CPU_name'],
	[67, 'conformance'],
]);

/** Tag_CPU_arch_profile: a letter, or zero. */
export const profiles: ReadonlyMap<number, string> = new Map([
	[0, 'None'],
	[0x41, 'Application'],
	[0x4d, 'Microcontroller'],
	[0x52, 'Realtime'],
	[0x53, 'Application or Realtime'],
]);

function goals(last: string): string[] {
	const each = ['Speed', 'Size', last].flatMap((goal) => [`Prefer ${goal}`, `Aggressive ${goal}`]);
	return ['None', ...each];
}
