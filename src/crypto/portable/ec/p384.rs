//! P-384 (SP 800-186 section 3.2.1.4).

use super::curve::CurveParameters;
use super::residue::Modulus;
use super::tables::{Tables, WordCurve};
use super::words::{adc, sbb, wide};
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::crypto) struct P384;

/// Modulo `p = 2^384 - 2^128 - 2^96 + 2^32 - 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::crypto) struct Field;

impl Modulus<6> for Field {
    const MODULUS: [u64; 6] = [
        0x0000_0000_ffff_ffff,
        0xffff_ffff_0000_0000,
        0xffff_ffff_ffff_fffe,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
    ];
    type Digits = [i64; 7];

    /// `-1 / p = 2^32 + 1 mod 2^64`, and `t + q p = t - q c + q 2^384` with
    /// `c = 2^128 + (2^32 - 1) 2^64 + 2^64 - 2^32 + 1`. The lowest word of `q c` is that of `t`.
    #[inline(always)]
    fn step(t: [u64; 6], top: u64) -> ([u64; 6], u64) {
        let q = t[0].wrapping_add(t[0] << 32);
        let (_, first) = wide(q, 0xffff_ffff_0000_0001);
        let (low, high) = wide(q, 0xffff_ffff);
        let mut carry = 0;
        let first = adc(first, low, &mut carry);
        let second = adc(high, q, &mut carry);
        let mut borrow = 0;
        let less = [
            sbb(t[1], first, &mut borrow),
            sbb(t[2], second, &mut borrow),
            sbb(t[3], carry, &mut borrow),
            sbb(t[4], 0, &mut borrow),
            sbb(t[5], 0, &mut borrow),
        ];
        // Together they are not negative.
        let mut over = 0;
        let last = adc(top, q, &mut over);
        let last = sbb(last, 0, &mut borrow);
        let [a, b, c, d, e] = less;
        ([a, b, c, d, e, last], over - borrow)
    }
}

/// Modulo the order of the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::crypto) struct Order;

impl Modulus<6> for Order {
    const MODULUS: [u64; 6] = [
        0xecec_196a_ccc5_2973,
        0x581a_0db2_48b0_a77a,
        0xc763_4d81_f437_2ddf,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
    ];
    type Digits = [i64; 7];
}

impl CurveParameters<6> for P384 {
    type Field = Field;
    type Order = Order;
    const B: [u64; 6] = [
        0x2a85_c8ed_d3ec_2aef,
        0xc656_398d_8a2e_d19d,
        0x0314_088f_5013_875a,
        0x181d_9c6e_fe81_4112,
        0x988e_056b_e3f8_2d19,
        0xb331_2fa7_e23e_e7e4,
    ];
    const GENERATOR: [[u64; 6]; 2] = [
        [
            0x3a54_5e38_7276_0ab7,
            0x5502_f25d_bf55_296c,
            0x59f7_41e0_8254_2a38,
            0x6e1d_3b62_8ba7_9b98,
            0x8eb1_c71e_f320_ad74,
            0xaa87_ca22_be8b_0537,
        ],
        [
            0x7a43_1d7c_90ea_0e5f,
            0x0a60_b1ce_1d7e_819d,
            0xe9da_3113_b5f0_b8c0,
            0xf8f4_1dbd_289a_147c,
            0x5d9e_98bf_9292_dc29,
            0x3617_de4a_9626_2c6f,
        ],
    ];
}

impl WordCurve<6> for P384 {
    fn tables() -> &'static Tables<Self, 6> {
        static TABLES: LazyLock<Tables<P384, 6>> = LazyLock::new(Tables::new);
        &TABLES
    }
}
