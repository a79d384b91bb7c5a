//! What shows that an answer belongs to this sign-in, and that this program began it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::{Failure, FailureCause};
use crate::Secret;

/// PKCE (RFC 7636) with S256.
pub(super) struct Proof {
    pub(super) verifier: Secret<String>,
    pub(super) challenge: String,
}

impl Proof {
    pub(super) fn new() -> Result<Self, Failure> {
        Ok(Self::of(URL_SAFE_NO_PAD.encode(random()?)))
    }

    fn of(verifier: String) -> Self {
        Self {
            challenge: URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier)),
            verifier: Secret::new(verifier),
        }
    }
}

/// 32 random bytes in hexadecimal.
pub(super) fn random_hex() -> Result<String, Failure> {
    Ok(random()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn random() -> Result<[u8; 32], Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        let text = format!("the system gives no randomness: {error}");
        Failure::new(FailureCause::OddAnswer, text)
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o4_the_challenge_is_that_of_rfc_7636() {
        let proof = Proof::of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        assert_eq!(
            proof.challenge,
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn o4_no_two_sign_ins_share_a_proof() {
        let (one, other) = (Proof::new().unwrap(), Proof::new().unwrap());
        assert_eq!(one.verifier.expose().len(), 43);
        assert_ne!(one.challenge, other.challenge);
        assert_ne!(random_hex().unwrap(), random_hex().unwrap());
    }
}
