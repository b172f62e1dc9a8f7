//! Who witnesses the public log, from what the command line says.

use anlanh_app::public_log::{NamedWitnesses, WitnessKey};
use anlanh_outbound::{Client, Endpoint, Reach, Witness};
use anyhow::{Context, ensure};

use crate::cli::WitnessOptions;

/// The witnesses, and how each is reached.
///
/// # Errors
/// When an address or a key cannot be used, or there are too many.
pub fn read(options: &WitnessOptions) -> anyhow::Result<(NamedWitnesses, Vec<Witness>)> {
    let reach = if options.witness_private {
        Reach::Private
    } else {
        Reach::Public
    };
    let read = |text: &String| read_one(text, reach);
    let witnesses: Vec<Witness> = options.witness.iter().map(read).collect::<Result<_, _>>()?;
    let keys = witnesses.iter().map(|witness| witness.key.clone()).collect();
    let named = NamedWitnesses::new(keys).context("không dùng được các nút chứng kiến · cannot use these witnesses")?;
    Ok((named, witnesses))
}

fn read_one(text: &str, reach: Reach) -> anyhow::Result<Witness> {
    let (address, key) = text
        .trim()
        .split_once(char::is_whitespace)
        .context("--witness 'URL KEY'")?;
    ensure!(
        !address.contains(['?', '#']),
        "địa chỉ nút chứng kiến không có ? và # · the address of a witness has no ? and #"
    );
    let endpoint = Endpoint::parse(address, reach)
        .context("không dùng được địa chỉ nút chứng kiến · the address of a witness cannot be used")?;
    let key: WitnessKey = key
        .trim()
        .parse()
        .context("không đọc được khóa của nút chứng kiến · cannot read the key of a witness")?;
    Ok(Witness {
        key,
        client: Client::new(endpoint),
    })
}

#[cfg(test)]
mod tests {
    use anlanh_app::public_log::MAX_WITNESSES;
    use anlanh_tlog::{Cosigner, KeyName, Signer};

    use super::*;

    fn key(number: usize) -> String {
        let name = KeyName::parse(&format!("w{number}.example/witness")).unwrap();
        let seed = [u8::try_from(number).unwrap(); 32];
        Cosigner::from_seed(name, &seed).unwrap().verifier().to_string()
    }

    #[test]
    fn a_witness_is_an_address_and_a_key_and_there_are_so_many() {
        let check = |witness: Vec<String>, expected: Result<usize, &str>| {
            let options = WitnessOptions {
                witness,
                witness_private: false,
            };
            match (read(&options), expected) {
                (Ok((_, witnesses)), Ok(count)) => assert_eq!(witnesses.len(), count),
                (Err(error), Err(wanted)) => {
                    assert!(format!("{error:#}").contains(wanted), "{error:#}");
                }
                (read, expected) => panic!("{:?}, not {expected:?}", read.map(|(named, _)| named)),
            }
        };
        let good = |number| format!("https://w{number}.example/log/witness {}", key(number));
        check(Vec::new(), Ok(0));
        check((0..MAX_WITNESSES).map(good).collect(), Ok(MAX_WITNESSES));
        check((0..=MAX_WITNESSES).map(good).collect(), Err("at most 8 witnesses"));
        check(vec![good(1), good(2), good(1)], Err("named twice"));
        check(vec!["https://w.example".to_owned()], Err("URL KEY"));
        check(vec![format!("http://w.example {}", key(1))], Err("begins with https"));
        check(vec![format!("https://w.example/?a {}", key(1))], Err("no ? and #"));
        check(vec!["https://w.example a+b+c".to_owned()], Err("the key of a witness"));
        let log = Signer::from_seed(KeyName::parse("a.example/log").unwrap(), &[1; 32]).unwrap();
        check(
            vec![format!("https://w.example {}", log.verifier())],
            Err("one of a log, not of a witness"),
        );
    }
}
