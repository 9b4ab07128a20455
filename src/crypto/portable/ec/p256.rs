//! P-256 (SP 800-186 section 3.2.1.3).

use super::curve::CurveParameters;
use super::residue::Modulus;
use super::tables::{Tables, WordCurve};
use super::words::{adc, wide};
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::crypto) struct P256;

/// Modulo `p = 2^256 - 2^224 + 2^192 + 2^96 - 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::crypto) struct Field;

impl Modulus<4> for Field {
    const MODULUS: [u64; 4] = [
        0xffff_ffff_ffff_ffff,
        0x0000_0000_ffff_ffff,
        0x0000_0000_0000_0000,
        0xffff_ffff_0000_0001,
    ];
    type Digits = [i64; 5];

    /// `p = -1 mod 2^64`, so the quotient is the lowest word itself, and
    /// `t + q p = (t - q) + q 2^96 + q (2^64 - 2^32 + 1) 2^192`.
    #[inline(always)]
    fn step(t: [u64; 4], top: u64) -> ([u64; 4], u64) {
        let q = t[0];
        let (low, high) = wide(q, Self::MODULUS[3]);
        let mut carry = 0;
        let less = [
            adc(t[1], q << 32, &mut carry),
            adc(t[2], q >> 32, &mut carry),
            adc(t[3], low, &mut carry),
            adc(top, high, &mut carry),
        ];
        (less, carry)
    }
}

/// Modulo the order of the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::crypto) struct Order;

impl Modulus<4> for Order {
    const MODULUS: [u64; 4] = [
        0xf3b9_cac2_fc63_2551,
        0xbce6_faad_a717_9e84,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_0000_0000,
    ];
    type Digits = [i64; 5];
}

impl CurveParameters<4> for P256 {
    type Field = Field;
    type Order = Order;
    const B: [u64; 4] = [
        0x3bce_3c3e_27d2_604b,
        0x651d_06b0_cc53_b0f6,
        0xb3eb_bd55_7698_86bc,
        0x5ac6_35d8_aa3a_93e7,
    ];
    const GENERATOR: [[u64; 4]; 2] = [
        [
            0xf4a1_3945_d898_c296,
            0x7703_7d81_2deb_33a0,
            0xf8bc_e6e5_63a4_40f2,
            0x6b17_d1f2_e12c_4247,
        ],
        [
            0xcbb6_4068_37bf_51f5,
            0x2bce_3357_6b31_5ece,
            0x8ee7_eb4a_7c0f_9e16,
            0x4fe3_42e2_fe1a_7f9b,
        ],
    ];
}

impl WordCurve<4> for P256 {
    fn tables() -> &'static Tables<Self, 4> {
        static TABLES: LazyLock<Tables<P256, 4>> = LazyLock::new(Tables::new);
        &TABLES
    }
}
