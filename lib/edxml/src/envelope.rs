//! The message around a report, and its signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::report::{Issuer, Machine, Report};
use crate::text::Text;
use crate::xml::{Element, Space};

/// The namespace of edXML (QCVN 102:2016/BTTTT).
pub const NAMESPACE: &str = "http://www.mic.gov.vn/TBT/QCVN_102_2016";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// The certificate of the key that signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Whose it is, in the form of RFC 4514.
    pub subject: Text,
    /// The certificate (RFC 5280) in DER.
    pub der: Vec<u8>,
}

/// A message that is not signed yet.
#[derive(Debug, Clone)]
pub struct Envelope {
    document: Element,
    signed_info: Element,
    to_be_signed: String,
    key_info: Element,
}

impl Envelope {
    pub(crate) fn new(report: &Report, issuer: &Issuer, subject: &Text, certificate: &Certificate) -> Self {
        let document = bare("edXMLEnvelope").with([
            edxml("edXMLHeader").with([message_header(issuer, subject)]),
            edxml("edXMLBody").with([av_report(report)]),
        ]);
        // The enveloped-signature transform leaves what is there before the signature is.
        let signed_info = signed_info(&Sha256::digest(document.canonical()));
        let key_info = dsig("KeyInfo").with([dsig("X509Data").with([
            dsig("X509SubjectName").holding(certificate.subject.as_str()),
            dsig("X509Certificate").holding(STANDARD.encode(&certificate.der)),
        ])]);
        Self {
            document,
            to_be_signed: signed_info.canonical(),
            signed_info,
            key_info,
        }
    }

    /// What the signature is over: to be signed with RSASSA-PKCS1-v1_5 and SHA-256.
    #[must_use]
    pub fn to_be_signed(&self) -> &[u8] {
        self.to_be_signed.as_bytes()
    }

    /// The document with its signature, UTF-8 without a declaration: the body of a request with the media type `text/xml`.
    #[must_use]
    pub fn signed(mut self, signature: &[u8]) -> String {
        let signature = dsig("Signature").with([
            self.signed_info,
            dsig("SignatureValue").holding(STANDARD.encode(signature)),
            self.key_info,
        ]);
        self.document.append_to("edXMLHeader", signature);
        self.document.document()
    }
}

const fn bare(name: &'static str) -> Element {
    Element::new(Space::None, name)
}

const fn edxml(name: &'static str) -> Element {
    Element::new(Space::Edxml, name)
}

const fn dsig(name: &'static str) -> Element {
    Element::new(Space::Dsig, name)
}

fn message_header(issuer: &Issuer, subject: &Text) -> Element {
    edxml("MessageHeader").with([
        edxml("From").with([
            edxml("OrganId").holding(issuer.id.as_str()),
            edxml("OrganName").holding(issuer.name.as_str()),
            edxml("OrganAdd").holding(issuer.address.as_str()),
            edxml("Email").holding(issuer.email.as_str()),
            edxml("Telephone").holding(issuer.telephone.as_str()),
            edxml("Fax").holding(issuer.fax.as_str()),
            edxml("Website").holding(issuer.website.as_str()),
        ]),
        edxml("Subject").holding(subject.as_str()),
    ])
}

fn signed_info(digest: &[u8]) -> Element {
    let algorithm = |name, algorithm: &str| dsig(name).marked("Algorithm", algorithm);
    dsig("SignedInfo").with([
        algorithm("CanonicalizationMethod", EXCLUSIVE),
        algorithm("SignatureMethod", RSA_SHA256),
        dsig("Reference").marked("URI", "").with([
            dsig("Transforms").with([algorithm("Transform", ENVELOPED), algorithm("Transform", EXCLUSIVE)]),
            algorithm("DigestMethod", SHA256),
            dsig("DigestValue").holding(STANDARD.encode(digest)),
        ]),
    ])
}

fn av_report(report: &Report) -> Element {
    let malware = report.malware.iter().map(|(on, found)| {
        machine(on).with([bare("MalwareInfo").with([
            bare("MalwareName").holding(found.name.as_str()),
            bare("MalwareType").holding(found.kind.as_str()),
            bare("MalwareBehavior").holding(found.behavior.as_str()),
            bare("TypeOfDevice").holding(found.device.as_str()),
            bare("NumberFile").holding(found.files.to_string()),
        ])])
    });
    let connections = report.connections.iter().map(|(of, connection)| {
        machine(of).with([bare("ConnectionInfo").with([
            bare("Program").holding(connection.program.as_str()),
            bare("Md5").holding(connection.md5.as_str()),
            bare("Sha2").holding(connection.sha256.as_str()),
            bare("TargetIP").holding(connection.target.to_string()),
        ])])
    });
    let systems = report.systems.iter().map(|(of, system)| {
        machine(of).with([
            bare("OSName").holding(system.name.as_str()),
            bare("LastUpdate").holding(system.updated.as_str()),
        ])
    });
    let protections = report.protections.iter().map(|(of, protection)| {
        machine(of).with([
            bare("AutoProtect").holding(protection.is_watched.to_string()),
            bare("EnableFirewall").holding(protection.has_firewall.to_string()),
        ])
    });
    bare("AVReport").marked("name", report.product.as_str()).with([
        bare("Datetime").holding(report.at.to_string()),
        bare("Malware").with(malware),
        bare("Connection").with(connections),
        // Sent once and empty, as by the client whose messages are taken.
        bare("Vulnerability"),
        bare("OS").with(systems),
        bare("Update").with([bare("NumberMachineNotUpdateOn15Day").holding(report.outdated.to_string())]),
        bare("QualityFeature").with(protections),
    ])
}

fn machine(machine: &Machine) -> Element {
    bare("Machine")
        .marked("ip", machine.ip.to_string())
        .marked("name", machine.name.as_str())
}
