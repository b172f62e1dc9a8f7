use super::*;

const SECRET: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";

fn file(name: &str, algorithm: &str, secret: &str) -> String {
    format!("key \"{name}\" {{\n\talgorithm {algorithm};\n\tsecret \"{secret}\";\n}};\n")
}

#[test]
fn files_are_read_as_bind_reads_them() {
    let two =
        file("anlanh", "hmac-sha256", SECRET) + "// other\n# and\n/* more\n*/" + &file("b.c.", "HMAC-SHA512", SECRET);
    let keys = Keys::read(&two).unwrap();
    assert_eq!(keys.first().unwrap().name().to_string(), "anlanh");
    assert_eq!(keys.named("b.c").unwrap().algorithm(), Algorithm::Sha512);
    assert!(keys.named("c").is_none());
    let dense = format!("key k{{secret {SECRET};algorithm hmac-sha384;}};");
    assert!(Keys::read(&dense).is_ok());
    assert!(!format!("{keys:?}").contains("q83v"), "no secret is shown");
}

#[test]
fn what_is_no_key_is_refused_with_its_line() {
    let check = |text: &str, expected: KeyError| assert_eq!(Keys::read(text).unwrap_err(), expected, "{text}");
    check("", KeyError::Size);
    check("// nothing", KeyError::Size);
    check("/* open", KeyError::Form(1));
    check("zone \"a\" {};", KeyError::Form(1));
    check("key \"a\" {\nalgorithm hmac-sha256;\n};", KeyError::Form(1));
    check("key \"a\" {\n\nsecret", KeyError::Form(3));
    check("key \"a..b\" {", KeyError::Name(1));
    check(&file("a", "hmac-md5", SECRET), KeyError::Algorithm(2));
    check(&file("a", "hmac-sha1", SECRET), KeyError::Algorithm(2));
    check(&file("a", "hmac-sha256", "!"), KeyError::Secret(3));
    let one = file("a", "hmac-sha256", SECRET);
    check(&(one.clone() + &file("A", "hmac-sha512", SECRET)), KeyError::Twice(5));
    let other = Keys::read(&one).unwrap();
    assert!(Keys::read(&one).unwrap().and(other).is_err());
}

#[test]
fn files_and_secrets_have_their_limits() {
    let secret = |len: usize| BASE64_STANDARD.encode(vec![7; len]);
    assert!(Keys::read(&file("a", "hmac-sha256", &secret(MIN_SECRET_BYTES))).is_ok());
    let short = Keys::read(&file("a", "hmac-sha256", &secret(MIN_SECRET_BYTES - 1)));
    assert_eq!(short.unwrap_err(), KeyError::Secret(3));
    let many = |count: usize| {
        (0..count)
            .map(|at| file(&format!("k{at}"), "hmac-sha256", SECRET))
            .collect::<String>()
    };
    assert!(Keys::read(&many(MAX_KEYS)).is_ok());
    assert_eq!(Keys::read(&many(MAX_KEYS + 1)).unwrap_err(), KeyError::Size);
    let long = |len: usize| {
        let mut text = file("a", "hmac-sha256", SECRET);
        text.push_str(&" ".repeat(len - text.len()));
        text
    };
    assert!(Keys::read(&long(MAX_KEY_FILE_BYTES)).is_ok());
    assert_eq!(Keys::read(&long(MAX_KEY_FILE_BYTES + 1)).unwrap_err(), KeyError::Size);
}
