//! ECDSA (FIPS 186-5 section 6.4) on one curve.
//!
//! A signature that was made is checked with one multiple of the generator instead of the two products
//! of a verification, by whoever knows the private number: see [`PrivateKey::is_right`].

use super::arithmetic::{Arithmetic, Terms};
use super::curve::{Element, Scalar};
use super::nonce::{FRESH, nonce};
use super::point::{Affine, Point};
use super::residue::{Modulus, invert_both};
use super::tables::WordCurve;
use super::words::{self, any_bits, from_be, is_less, to_be};
use crate::crypto::stack;
use std::hint::black_box;
use std::ops::Deref;
use zeroize::Zeroize;

/// Inverts the `Z` of a point and its nonce.
type InvertBoth<C, const N: usize> =
    fn(&Element<C, N>, &Scalar<C, N>) -> (Element<C, N>, Scalar<C, N>);

/// A private key with its public half. Its memory is wiped when it is dropped.
pub(in crate::crypto) struct PrivateKey<C: WordCurve<N>, const N: usize> {
    /// Boxed, so that no copy stays behind where the key is moved.
    d: Box<Scalar<C, N>>,
    public: PublicKey<C, N>,
}

/// A public key: a point of the curve, not that at infinity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::crypto) struct PublicKey<C: WordCurve<N>, const N: usize>(pub(super) Affine<C, N>);

/// The two numbers of a signature, each at least 1 and less than the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::crypto) struct Signature<const N: usize> {
    pub(super) r: [u64; N],
    pub(super) s: [u64; N],
}

impl<C: WordCurve<N>, const N: usize> Drop for PrivateKey<C, N> {
    fn drop(&mut self) {
        self.d.zeroize();
    }
}

/// The number of big-endian bytes, at most `8 N` of them, if it is from 1 to the order.
fn in_range<C: WordCurve<N>, const N: usize>(bytes: &[u8]) -> Option<[u64; N]> {
    let number = from_be(bytes);
    let is_fine =
        bytes.len() <= 8 * N && any_bits(&number) != 0 && is_less(&number, &C::Order::MODULUS);
    is_fine.then_some(number)
}

/// The leftmost bits of a digest, as many as the order has.
pub(super) fn number_of<C: WordCurve<N>, const N: usize>(digest: &[u8]) -> Scalar<C, N> {
    Scalar::<C, N>::from_integer(&from_be(digest))
}

impl<C: WordCurve<N>, const N: usize> PrivateKey<C, N> {
    /// The key of a big-endian number, if that is at least 1 and less than the order.
    pub(in crate::crypto) fn new(arithmetic: impl Arithmetic<C, N>, bytes: &[u8]) -> Option<Self> {
        let key = Self::with_public_half(arithmetic, bytes);
        stack::wipe_shallow();
        key
    }

    #[inline(never)]
    fn with_public_half(arithmetic: impl Arithmetic<C, N>, bytes: &[u8]) -> Option<Self> {
        let d = Box::new(Scalar::<C, N>::from_integer(&in_range::<C, N>(bytes)?));
        let public = PublicKey(arithmetic.multiple(&d).to_affine()?);
        Some(Self { d, public })
    }

    pub(in crate::crypto) fn public(&self) -> &PublicKey<C, N> {
        &self.public
    }

    /// Writes the number, big-endian.
    pub(in crate::crypto) fn write(&self, out: &mut [u8]) {
        let mut number = self.d.to_integer();
        to_be(&number, out);
        number.zeroize();
    }

    /// Signs the digest that `digest` makes, and checks what came out against a second one. `None`
    /// if the check fails: then the computation is at fault, and the signature could give away the
    /// key. (Or the nonce or a number of the signature is zero, which nobody will see.)
    pub(in crate::crypto) fn sign<D: Deref<Target = [u8]>>(
        &self,
        arithmetic: impl Arithmetic<C, N>,
        digest: impl Fn() -> D,
        fresh: &[u8; FRESH],
    ) -> Option<Signature<N>> {
        let made = self.sign_and_check(arithmetic, &digest(), &digest, fresh);
        stack::wipe_shallow();
        made
    }

    #[inline(never)]
    fn sign_and_check<D: Deref<Target = [u8]>>(
        &self,
        arithmetic: impl Arithmetic<C, N>,
        digest: &[u8],
        again: &impl Fn() -> D,
        fresh: &[u8; FRESH],
    ) -> Option<Signature<N>> {
        let k = self.nonce(fresh, digest);
        self.make(arithmetic, &k, digest, &again(), invert_both)
    }

    pub(super) fn nonce(&self, fresh: &[u8; FRESH], digest: &[u8]) -> Scalar<C, N> {
        nonce::<C, N>(&self.d, fresh, digest)
    }

    /// The signature with the nonce `k`, if it is right for `again`, the digest computed anew. `invert`
    /// inverts the `Z` of the nonce's multiple and the nonce.
    pub(super) fn make(
        &self,
        arithmetic: impl Arithmetic<C, N>,
        k: &Scalar<C, N>,
        digest: &[u8],
        again: &[u8],
        invert: InvertBoth<C, N>,
    ) -> Option<Signature<N>> {
        let point = arithmetic.multiple(k);
        if point.is_infinity() {
            return None;
        }
        let (of_z, of_k) = invert(&point.z, k);
        let point = point.with_inverse(&of_z);
        let signature = self.sign_with(&point, &of_k, digest)?;
        let product = arithmetic.multiple(&self.claim(k));
        let expected = Point::from(point).add_public(&self.public.0);
        let is_right = self.is_of_nonce(&signature, k, again)
            && point.has_x(&signature.r)
            && product.is_same_as(&expected);
        is_right.then_some(signature)
    }

    /// `e + r d`, of which the nonce makes `s`.
    fn numerator(&self, point: &Affine<C, N>, digest: &[u8]) -> Scalar<C, N> {
        let r = Scalar::<C, N>::from_integer(&point.x.to_integer());
        number_of::<C, N>(digest).add(&r.mul(&self.d))
    }

    /// Makes the private number wrong, for tests of what faults do.
    #[cfg(test)]
    pub(super) fn corrupt(&mut self) {
        *self.d = self.d.double();
    }

    /// The signature with a nonce, given the nonce's multiple of the generator and its inverse.
    pub(in crate::crypto) fn sign_with(
        &self,
        point: &Affine<C, N>,
        inverse: &Scalar<C, N>,
        digest: &[u8],
    ) -> Option<Signature<N>> {
        let r = Scalar::<C, N>::from_integer(&point.x.to_integer());
        let s = self.numerator(point, digest).mul(inverse);
        if r.is_zero() || s.is_zero() {
            return None;
        }
        Some(Signature {
            r: r.to_integer(),
            s: s.to_integer(),
        })
    }

    /// `k + d`; see [`Self::is_right`].
    pub(super) fn claim(&self, k: &Scalar<C, N>) -> Scalar<C, N> {
        k.add(&self.d)
    }

    /// Whether `s k = e + r d`, for the digest computed anew.
    pub(super) fn is_of_nonce(
        &self,
        signature: &Signature<N>,
        k: &Scalar<C, N>,
        digest: &[u8],
    ) -> bool {
        let [r, s] = [signature.r, signature.s].map(|number| Scalar::<C, N>::from_integer(&number));
        // A black box, so that the product is computed anew, too, whatever the compiler knows.
        let product = r.mul(black_box(&self.d));
        s.mul(k) == number_of::<C, N>(digest).add(&product)
    }

    /// Whether the signature verifies under the public half `Q`, if it [is of the nonce](Self::is_of_nonce)
    /// of which `point` is the multiple; `product` is that of the generator by [`Self::claim`].
    ///
    /// It does if `u G + v Q`, with `u = e / s` and `v = r / s`, is `point`, and `r` is its
    /// x-coordinate. Whoever has `d` need not multiply `Q`. That `u + v d` is `k` is asked as
    /// `s k = e + r d`, which takes no division; then whether `(k + d) G` is `point + Q`. For the right `d`
    /// that is the same; a `d` that does not belong to `Q` shows. And the digits of `k + d` are not those
    /// of the nonce, so that a wrong entry of the table does not go into both sides.
    pub(super) fn is_right(
        &self,
        signature: &Signature<N>,
        point: &Affine<C, N>,
        product: &Affine<C, N>,
    ) -> bool {
        point.has_x(&signature.r) && product.is_sum(point, &self.public.0)
    }
}

impl<C: WordCurve<N>, const N: usize> PublicKey<C, N> {
    /// The point with these big-endian coordinates of `8 N` bytes, if it is on the curve.
    pub(in crate::crypto) fn new(x: &[u8], y: &[u8]) -> Option<Self> {
        Affine::new(&from_be(x), &from_be(y)).map(Self)
    }

    /// Writes both coordinates, big-endian, one after the other.
    pub(in crate::crypto) fn write(&self, out: &mut [u8]) {
        let (x, y) = out.split_at_mut(8 * N);
        to_be(&self.0.x.to_integer(), x);
        to_be(&self.0.y.to_integer(), y);
    }

    /// FIPS 186-5 section 6.4.2.
    pub(in crate::crypto) fn verify(
        &self,
        arithmetic: impl Arithmetic<C, N>,
        digest: &[u8],
        signature: &Signature<N>,
    ) -> bool {
        let s = Scalar::<C, N>::from_integer(&signature.s);
        let terms = self.terms(digest, signature, &s.invert_public());
        arithmetic.sum(&terms).has_x(&signature.r)
    }

    /// What is to have `r` as its x-coordinate.
    pub(super) fn terms(
        &self,
        digest: &[u8],
        signature: &Signature<N>,
        inverse_of_s: &Scalar<C, N>,
    ) -> Terms<C, N> {
        let r = Scalar::<C, N>::from_integer(&signature.r);
        Terms {
            u: number_of::<C, N>(digest).mul(inverse_of_s),
            v: r.mul(inverse_of_s),
            q: self.0,
        }
    }
}

impl<const N: usize> Signature<N> {
    /// From big-endian numbers without leading zeros, if they are in range.
    pub(in crate::crypto) fn new<C: WordCurve<N>>(r: &[u8], s: &[u8]) -> Option<Self> {
        Some(Self {
            r: in_range::<C, N>(r)?,
            s: in_range::<C, N>(s)?,
        })
    }

    /// Both numbers, big-endian.
    pub(in crate::crypto) fn to_be(self) -> [[u8; 48]; 2] {
        [self.r, self.s].map(|number| {
            let mut bytes = [0; 48];
            words::to_be(&number, &mut bytes[48 - 8 * N..]);
            bytes
        })
    }
}
