#![no_main]

use apklens::signing::asn1::pkcs7::SignedData;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(data) = SignedData::parse(bytes) {
        for attributes in data.signers.iter().flatten().filter_map(|signer| signer.signed_attributes) {
            let _ = (attributes.content_type(), attributes.message_digest(), attributes.signed_octets());
        }
    }
});
