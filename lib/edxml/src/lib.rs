//! Reports on malware for the national cyber security centre of Việt Nam, as official letter 2290/BTTTT-CATTT
//! (17 July 2018) asks for them: one `AVReport` in an edXML envelope (QCVN 102:2016/BTTTT), signed with XML-DSig.
//!
//! A [`Report`] is put together from parts that each keep their own rule. [`Report::envelope`] gives the message with a
//! hole for the signature and the bytes that are to be signed; whoever holds the key signs them with RSASSA-PKCS1-v1_5 and
//! SHA-256 (RFC 8017, section 8.2), and [`Envelope::signed`] gives the document that is sent.
//!
//! ```
//! use anlanh_edxml::{Certificate, Issuer, Machine, Malware, OrganId, Report, Text};
//!
//! let text = Text::new;
//! let issuer = Issuer::new(OrganId::parse("000.00.00.G14")?, text("Cơ quan mẫu")?);
//! let mut report = Report::new(text("An Lành")?, 1_704_375_482);
//! let machine = Machine { ip: "10.0.0.7".parse()?, name: text("PC-07")? };
//! report.add_malware(machine, Malware { name: text("Trojan.Agent")?, ..Malware::default() })?;
//! let certificate = Certificate { subject: text("CN=An Lành")?, der: vec![0x30] };
//! let envelope = report.envelope(&issuer, &text("Anti Virus Report on 04-01-2024 20:38:02")?, &certificate);
//! let signature = sign(envelope.to_be_signed());
//! let document = envelope.signed(&signature);
//! assert!(document.starts_with("<edXMLEnvelope xmlns:edXML=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\"><edXML:edXMLHeader>"));
//! # fn sign(_: &[u8]) -> Vec<u8> { vec![0; 256] }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is not known
//! The appendix of the letter is not public. Names, order and namespaces are those of the one open client whose messages are
//! taken, `Bit2GovSOC` 1.8.4. That client pastes a sample in place of a signature, so which transforms the centre demands is
//! unconfirmed: this crate signs as XML-DSig says (the whole document but the signature, exclusive canonicalization), and
//! names the algorithm by its W3C identifier where the client has one that no verifier knows
//! (`http://www.w3.org/TR/xml-exc-c14n#`).

mod envelope;
mod report;
mod text;
mod xml;

pub use envelope::{Certificate, Envelope, NAMESPACE};
pub use report::{Connection, Issuer, MAX_MACHINES, Machine, Malware, OrganId, Protection, Report, System, TooMany};
pub use text::{MAX_TEXT_BYTES, Text, TextError};
