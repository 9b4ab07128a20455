//! Signing with a root_ca of the catalog.

use super::catalog::Catalog;
use super::errors::{for_each, not_found};
use super::policy::CatalogPolicy;
use super::record::IssuedCertificate;
use super::store::{Commit, CommitError};
use super::uuid::Uuid;
use crate::{Error, ErrorCode, SignRequest, SignedCertificate};
use rand_core::CryptoRng;
use std::sync::Arc;

impl Catalog {
    /// Signs a request with a root_ca and records what was signed.
    ///
    /// The certificate is recorded before it is returned, and only while its CA is there: none is
    /// signed after a [`delete`](Self::delete) returned.
    ///
    /// # Errors
    ///
    /// [`EntryNotFound`](ErrorCode::EntryNotFound): there is no such CA;
    /// [`CaCannotSign`](ErrorCode::CaCannotSign): it is no root_ca, or cannot be loaded; those of
    /// [`sign`](crate::sign()); [`StoreFailed`](ErrorCode::StoreFailed): it could not be recorded.
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, CatalogPolicy, Uuid};
    /// # fn example(catalog: &Catalog, ca: Uuid, csr: &str, policy: &CatalogPolicy) -> Result<(), certwright::Error> {
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// let request = certwright::SignRequest::new(csr).with_expiry("P90D");
    /// println!("{}", catalog.sign(ca, &request, policy, &mut rng)?.public_certificate);
    /// # Ok(())
    /// # }
    /// ```
    pub fn sign(
        &self,
        ca: Uuid,
        request: &SignRequest,
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<SignedCertificate, Error> {
        let mut answers = self.sign_batch(ca, std::slice::from_ref(request), policy, rng);
        answers
            .pop()
            .unwrap_or_else(|| Err(Error::new(ErrorCode::SigningFailed, "there is no answer")))
    }

    /// Signs many requests with one root_ca, and records what was signed in one commit. A request
    /// that is refused does not disturb the others; one answer for each, in order.
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, CatalogPolicy, Uuid};
    /// # use certwright::SignRequest;
    /// # fn example(catalog: &Catalog, ca: Uuid, requests: &[SignRequest], policy: &CatalogPolicy) {
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// for answer in catalog.sign_batch(ca, requests, policy, &mut rng) {
    ///     println!("{}", answer.is_ok());
    /// }
    /// # }
    /// ```
    pub fn sign_batch(
        &self,
        ca: Uuid,
        requests: &[SignRequest],
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Vec<Result<SignedCertificate, Error>> {
        let authority = match self.authorities.get(ca, &*self.store, &policy.policy) {
            Ok(authority) => authority,
            Err(error) => return for_each(error, requests.len()).map(Err).collect(),
        };
        let answers = crate::sign_batch(&authority, requests, &policy.policy, rng);
        let issued: Vec<_> = answers
            .iter()
            .flatten()
            .map(|signed| {
                Arc::new(IssuedCertificate {
                    ca,
                    certificate: signed.certificate.clone(),
                    signed_at: policy.policy.now,
                })
            })
            .collect();
        if issued.is_empty() {
            return answers;
        }
        let signed = issued.len();
        let commit = Commit {
            issued,
            require_present: vec![ca],
            ..Commit::default()
        };
        let error = match self.store.commit(commit) {
            Ok(()) => return answers,
            Err(CommitError::Gone(_)) => {
                self.authorities.forget([ca]);
                not_found("ca.uuid")
            }
            Err(error) => error.into(),
        };
        // What was signed is not handed out.
        let mut errors = for_each(error, signed);
        answers
            .into_iter()
            .map(|answer| match (answer, &mut errors) {
                (Ok(_), errors) => Err(errors.next().unwrap_or_else(|| not_found("ca.uuid"))),
                (refused, _) => refused,
            })
            .collect()
    }
}
