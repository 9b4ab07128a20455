//! Against the `p256` and `p384` crates and `crypto-bigint`.

mod arithmetic;
mod faults;
mod signatures;

/// The same tests on each curve. What they find under these names: `Curve` and its words `N` here, the
/// crate `theirs`, and `Number`, an integer as long as a scalar.
macro_rules! on_each_curve {
    ($($tests:item)*) => {
        #[allow(unused_imports, reason = "each file uses its part")]
        mod p256 {
            use super::*;
            use ::p256 as theirs;
            use ::p256::elliptic_curve::bigint::U256 as Number;
            type Curve = crate::crypto::portable::ec::P256;
            const N: usize = 4;
            $($tests)*
        }
        #[allow(unused_imports, reason = "each file uses its part")]
        mod p384 {
            use super::*;
            use ::p384 as theirs;
            use ::p384::elliptic_curve::bigint::U384 as Number;
            type Curve = crate::crypto::portable::ec::P384;
            const N: usize = 6;
            $($tests)*
        }
    };
}
use on_each_curve;
