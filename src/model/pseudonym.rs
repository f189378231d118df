//! Keyed pseudonyms: HMAC-SHA-256 (RFC 2104, FIPS 198-1).
//!
//! What comes in: a secret and a text. What goes out: a pseudonym. What always holds: the same secret and text give the same pseudonym; without the secret
//! nobody can compute it, not even who knows every text there is. (A plain hash of a family's id would fall to whoever has the list of ids, and that id itself
//! to whoever knows an agency's record ids.)

use sha2::{Digest, Sha256};

use super::ids::hex;

/// Bytes of a block of SHA-256.
const BLOCK: usize = 64;

/// Bytes of a secret.
pub const SECRET_BYTES: usize = 32;

/// The secret behind the pseudonyms of one output folder. Never printed: it has no `Debug`.
pub struct Secret([u8; SECRET_BYTES]);

impl Secret {
    /// A secret of these bytes.
    #[must_use]
    pub fn new(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(bytes)
    }

    /// The pseudonym of a family: `K` and 16 hexadecimal digits (64 bits: among a million families the odds of any two alike are one in 37 million).
    #[must_use]
    pub fn family_key(&self, family: &str) -> String {
        let digest = hmac_sha256(&self.0, format!("star family\x1f{family}").as_bytes());
        format!("K{}", hex(digest.get(..8).unwrap_or_default()))
    }
}

fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; BLOCK];
    if key.len() > BLOCK {
        block.iter_mut().zip(Sha256::digest(key)).for_each(|(to, from)| *to = from);
    } else {
        block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    }
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4231_come_out() {
        let cases: [(&[u8], &[u8], &str); 4] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ];
        for (key, message, digest) in cases {
            assert_eq!(hex(&hmac_sha256(key, message)), digest);
        }
    }

    #[test]
    fn a_pseudonym_depends_on_the_secret_and_on_the_family() {
        let (one, other) = (Secret::new([1; SECRET_BYTES]), Secret::new([2; SECRET_BYTES]));
        assert_eq!(one.family_key("K1"), one.family_key("K1"));
        assert_ne!(one.family_key("K1"), one.family_key("K2"));
        assert_ne!(one.family_key("K1"), other.family_key("K1"));
        assert_eq!(one.family_key("K1").len(), 17);
    }
}
