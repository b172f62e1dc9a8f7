//! What is signed here is verified by `xmlsec1`, and what we call canonical is what `xmllint` does.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anlanh_edxml::{Certificate, Connection, Issuer, Machine, Malware, OrganId, Protection, Report, System, Text};

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

/// A report in which everything is told, with every character that XML writes in another way.
fn report() -> Report {
    let machine = |last: u8| Machine {
        ip: [10, 0, 0, last].into(),
        name: text("Máy \"<Kế toán>\" & 'kho'"),
    };
    let mut report = Report::new(text("An Lành \"<&>'"), 1_704_375_482);
    let malware = Malware {
        name: text("Trojan.Agent <x> & \"y\" 😀"),
        kind: text("Trojan"),
        behavior: text("tải mã độc > máy"),
        device: text("C:\\Users\\kế toán\\a.exe"),
        files: 3,
    };
    report.add_malware(machine(1), malware.clone()).unwrap();
    report.add_malware(machine(2), malware).unwrap();
    let connection = Connection {
        program: text("svchost.exe"),
        md5: text("9e107d9d372bb6826bd81d3542a419d6"),
        sha256: text("d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592"),
        target: "2001:db8::1".parse().unwrap(),
    };
    report.add_connection(machine(3), connection).unwrap();
    let system = System {
        name: text("Windows 11"),
        updated: text("2026-11-01"),
    };
    report.add_system(machine(4), system).unwrap();
    let protection = Protection {
        is_watched: true,
        has_firewall: false,
    };
    report.add_protection(machine(5), protection).unwrap();
    report.set_outdated(7);
    report
}

fn issuer() -> Issuer {
    Issuer {
        address: text("18 Nguyễn Du, Hà Nội"),
        email: text("soc@example.vn"),
        ..Issuer::new(OrganId::parse("000.00.00.G14").unwrap(), text("Cơ quan \"A & B\""))
    }
}

/// A key and its certificate, drawn for one test.
struct Key {
    folder: tempfile::TempDir,
}

impl Key {
    fn draw() -> Self {
        let key = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let made = Command::new("openssl")
            .args(
                "req -x509 -newkey rsa:2048 -nodes -sha256 -days 2 -subj /CN=anlanh -keyout key.pem -out cert.pem"
                    .split(' '),
            )
            .current_dir(key.folder.path())
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        key
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn certificate(&self) -> Certificate {
        let der = run(
            Command::new("openssl")
                .args(["x509", "-outform", "DER", "-in"])
                .arg(self.path("cert.pem")),
            b"",
        );
        Certificate {
            subject: text("CN=anlanh"),
            der: der.stdout,
        }
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        run(
            Command::new("openssl")
                .args(["dgst", "-sha256", "-sign"])
                .arg(self.path("key.pem")),
            bytes,
        )
        .stdout
    }

    /// Whether `xmlsec1` takes a document.
    fn verifies(&self, document: &str) -> bool {
        let path = self.path("message.xml");
        std::fs::write(&path, document).unwrap();
        let mut xmlsec = Command::new("xmlsec1");
        xmlsec.args(["--verify", "--enabled-key-data", "x509", "--trusted-pem"]);
        let ended = xmlsec.arg(self.path("cert.pem")).arg(&path).output();
        ended.unwrap().status.success()
    }
}

fn run(command: &mut Command, input: &[u8]) -> Output {
    let piped = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn is_installed(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    assert!(found || std::env::var_os("CI").is_none(), "{program} is missing");
    found
}

fn signed(key: &Key) -> String {
    let envelope = report().envelope(
        &issuer(),
        &text("Anti Virus Report on 04-01-2024 20:38:02"),
        &key.certificate(),
    );
    let signature = key.sign(envelope.to_be_signed());
    envelope.signed(&signature)
}

#[test]
fn xmlsec_verifies_a_signed_message_and_no_other() {
    if !is_installed("xmlsec1") {
        return;
    }
    let key = Key::draw();
    let document = signed(&key);
    assert!(key.verifies(&document), "{document}");
    // Blanks after the signature are the report's, and were signed as none.
    for (from, to) in [
        ("<NumberFile>3<", "<NumberFile>4<"),
        ("ip=\"10.0.0.2\"", "ip=\"10.0.0.9\""),
        ("000.00.00.G14", "000.00.00.G15"),
        ("<edXML:edXMLBody>", "<edXML:edXMLBody> "),
        ("20:38:02", "20:38:03"),
        ("<Vulnerability></Vulnerability>", ""),
    ] {
        let changed = document.replacen(from, to, 1);
        assert_ne!(changed, document, "{from}");
        assert!(!key.verifies(&changed), "{from} became {to}");
    }
    assert!(!Key::draw().verifies(&document), "a stranger's certificate");
    // Written in another way, it says the same.
    let other = document
        .replace("<Vulnerability></Vulnerability>", "<Vulnerability/>")
        .replace("<Machine ip=\"10.0.0.1\" name=", "<Machine   ip='10.0.0.1'\n name=");
    assert_ne!(other, document);
    assert!(key.verifies(&other));
}

#[test]
fn the_document_is_well_formed_and_has_the_form_of_the_letter() {
    if !is_installed("xmllint") {
        return;
    }
    let key = Key::draw();
    let document = signed(&key);
    let path = key.path("message.xml");
    std::fs::write(&path, &document).unwrap();
    let names = elements(&path);
    let expected = "edXMLEnvelope edXML:edXMLHeader edXML:MessageHeader edXML:From edXML:OrganId edXML:OrganName edXML:OrganAdd \
        edXML:Email edXML:Telephone edXML:Fax edXML:Website edXML:Subject Signature SignedInfo CanonicalizationMethod \
        SignatureMethod Reference Transforms Transform Transform DigestMethod DigestValue SignatureValue KeyInfo X509Data \
        X509SubjectName X509Certificate edXML:edXMLBody AVReport Datetime Malware Machine MalwareInfo MalwareName MalwareType \
        MalwareBehavior TypeOfDevice NumberFile Machine MalwareInfo MalwareName MalwareType MalwareBehavior TypeOfDevice \
        NumberFile Connection Machine ConnectionInfo Program Md5 Sha2 TargetIP Vulnerability OS Machine OSName LastUpdate \
        Update NumberMachineNotUpdateOn15Day QualityFeature Machine AutoProtect EnableFirewall";
    assert_eq!(
        names.join(" "),
        expected.split_whitespace().collect::<Vec<_>>().join(" ")
    );
    let name = xpath(&path, "string(//Machine[@ip='10.0.0.2']/@name)");
    assert_eq!(name, "Máy \"<Kế toán>\" & 'kho'");
    assert_eq!(xpath(&path, "string(//AVReport/@name)"), "An Lành \"<&>'");
    assert_eq!(xpath(&path, "string(//Datetime)"), "1704375482");
    assert_eq!(xpath(&path, "string(//TargetIP)"), "2001:db8::1");
    assert_eq!(
        xpath(&path, "namespace-uri(//*[local-name()='edXMLBody'])"),
        anlanh_edxml::NAMESPACE
    );
}

/// The names of the elements as they are written, in the order of the document, by `xmllint`'s canonical form.
fn elements(path: &Path) -> Vec<String> {
    let canonical = run(Command::new("xmllint").arg("--exc-c14n").arg(path), b"").stdout;
    let canonical = String::from_utf8(canonical).unwrap();
    let tags = canonical.split('<').skip(1).filter(|tag| !tag.starts_with('/'));
    tags.map(|tag| tag.split([' ', '>']).next().unwrap().to_owned())
        .collect()
}

fn xpath(path: &Path, expression: &str) -> String {
    let found = run(Command::new("xmllint").args(["--xpath", expression]).arg(path), b"").stdout;
    String::from_utf8(found).unwrap().trim_end_matches('\n').to_owned()
}

#[test]
fn canonical_is_what_xmllint_calls_so() {
    if !is_installed("xmllint") {
        return;
    }
    let key = Key::draw();
    let document = signed(&key);
    let path = key.path("message.xml");
    std::fs::write(&path, &document).unwrap();
    let theirs = String::from_utf8(run(Command::new("xmllint").arg("--exc-c14n").arg(&path), b"").stdout).unwrap();
    // The bytes that were signed stand in it but for the declaration, which there is on the signature around them.
    let envelope = report().envelope(
        &issuer(),
        &text("Anti Virus Report on 04-01-2024 20:38:02"),
        &key.certificate(),
    );
    let ours = std::str::from_utf8(envelope.to_be_signed()).unwrap();
    let inside = ours.replacen(" xmlns=\"http://www.w3.org/2000/09/xmldsig#\"", "", 1);
    assert_ne!(inside, ours);
    assert!(theirs.contains(&inside), "{theirs}");
}
