//! From bytes to lines, whatever a sensor sends.

use std::net::IpAddr;

use anlanh_sensor::{Flows, FrameStream, Framer, Framing, Reports, read_dnstap, read_xarf, unwrap_syslog};
use anlanh_soc::{Format, Layout, Recogniser};

/// What lines come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    /// They are the events.
    Plain,
    /// Messages of syslog hold the events.
    Syslog,
}

/// How what a sensor sends is read.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Lines of a form.
    Lines(Layout, Wrapping),
    /// Datagrams of flows.
    Flows,
    /// Frames of a DNS tap.
    Dnstap,
    /// Reports of Shadowserver.
    Reports(Reports),
    /// Reports in XARF, one a line.
    Xarf,
}

/// Makes lines of one stream.
#[derive(Debug)]
pub struct Decoder {
    form: Form,
    recogniser: Recogniser,
    lines: Vec<u8>,
    reply: Vec<u8>,
    bad: u64,
}

#[derive(Debug)]
enum Form {
    Lines {
        framer: Framer,
        wrapping: Wrapping,
        line: Vec<u8>,
    },
    Flows(Flows),
    Dnstap(FrameStream),
    Reports {
        framer: Framer,
        reports: Reports,
    },
    Xarf(Framer),
}

impl Decoder {
    /// Of a stream that begins.
    #[must_use]
    pub fn new(shape: &Shape) -> Self {
        let eve = || Layout::of(Format::Eve);
        let lines = || Framer::new(Framing::Lines);
        let (form, layout) = match shape {
            Shape::Lines(layout, wrapping) => {
                let framing = match wrapping {
                    Wrapping::Plain => Framing::Lines,
                    Wrapping::Syslog => Framing::Counted,
                };
                let form = Form::Lines {
                    framer: Framer::new(framing),
                    wrapping: *wrapping,
                    line: Vec::new(),
                };
                (form, layout.clone())
            }
            Shape::Flows => (Form::Flows(Flows::default()), eve()),
            Shape::Dnstap => (Form::Dnstap(FrameStream::default()), eve()),
            Shape::Reports(reports) => {
                let reports = reports.clone();
                (
                    Form::Reports {
                        framer: lines(),
                        reports,
                    },
                    eve(),
                )
            }
            Shape::Xarf => (Form::Xarf(lines()), eve()),
        };
        Self {
            form,
            recogniser: Recogniser::new(Some(layout)),
            lines: Vec::new(),
            reply: Vec::new(),
            bad: 0,
        }
    }

    /// Goes on with bytes of a connection.
    pub fn push(&mut self, bytes: &[u8]) {
        let Self {
            form,
            lines,
            reply,
            bad,
            ..
        } = self;
        match form {
            Form::Lines { framer, wrapping, line } => {
                let before = framer.too_long();
                framer.push(bytes, |message| add(*wrapping, message, line, lines));
                *bad += framer.too_long() - before;
            }
            // They come in datagrams alone.
            Form::Flows(_) => *bad += 1,
            Form::Dnstap(stream) => stream.push(bytes, reply, |frame| {
                *bad += u64::from(!read_dnstap(frame, lines));
            }),
            Form::Reports { framer, reports } => {
                let before = framer.too_long();
                framer.push(bytes, |record| *bad += add_report(reports, record, lines));
                *bad += framer.too_long() - before;
            }
            Form::Xarf(framer) => {
                let before = framer.too_long();
                framer.push(bytes, |report| *bad += u64::from(!read_xarf(report, lines)));
                *bad += framer.too_long() - before;
            }
        }
    }

    /// Goes on with whole lines.
    pub fn push_lines(&mut self, bytes: &[u8]) {
        if let Form::Lines {
            wrapping: Wrapping::Plain,
            ..
        } = self.form
        {
            self.lines.extend_from_slice(bytes);
            if bytes.last().is_some_and(|last| *last != b'\n') {
                self.lines.push(b'\n');
            }
            return;
        }
        if let Form::Lines { wrapping, line, .. } = &mut self.form {
            for message in bytes.split(|byte| *byte == b'\n').filter(|message| !message.is_empty()) {
                add(*wrapping, message, line, &mut self.lines);
            }
            return;
        }
        self.push(bytes);
        self.finish();
    }

    /// Goes on with a datagram.
    pub fn push_datagram(&mut self, from: IpAddr, datagram: &[u8]) {
        match &mut self.form {
            Form::Lines {
                wrapping: wrapping @ Wrapping::Syslog,
                line,
                ..
            } => add(*wrapping, datagram.trim_ascii_end(), line, &mut self.lines),
            Form::Flows(flows) => {
                let tally = flows.read(from, datagram, &mut self.lines);
                self.bad += tally.bad + tally.untold;
            }
            Form::Lines { .. } | Form::Dnstap(_) | Form::Reports { .. } | Form::Xarf(_) => self.push_lines(datagram),
        }
    }

    /// Gives what the stream ended in.
    pub fn finish(&mut self) {
        let Self { form, lines, bad, .. } = self;
        match form {
            Form::Lines { framer, wrapping, line } => framer.finish(|message| add(*wrapping, message, line, lines)),
            Form::Reports { framer, reports } => framer.finish(|record| *bad += add_report(reports, record, lines)),
            Form::Xarf(framer) => framer.finish(|report| *bad += u64::from(!read_xarf(report, lines))),
            Form::Flows(_) | Form::Dnstap(_) => {}
        }
    }

    /// Reads lines that stood before the first one, as the head of a log, and gives nothing of them.
    pub fn read_head(&mut self, head: &[u8]) {
        match &mut self.form {
            Form::Lines { .. } if !head.is_empty() => {
                // The form is known, so that it is recognised.
                let _recognised = self.recogniser.advance(head);
            }
            Form::Reports { reports, .. } => {
                let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
                let first = std::str::from_utf8(first.trim_ascii_end()).unwrap_or_default();
                // One that is none is told when a record of it comes.
                let _read = reports.read(first, &mut Vec::new());
            }
            Form::Lines { .. } | Form::Flows(_) | Form::Dnstap(_) | Form::Xarf(_) => {}
        }
    }

    /// Takes what is to be answered to whoever sends.
    pub fn take_reply(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.reply)
    }

    /// Whether nothing more can be read of the stream.
    #[must_use]
    pub const fn is_broken(&self) -> bool {
        match &self.form {
            Form::Dnstap(stream) => stream.is_broken(),
            Form::Lines { .. } | Form::Flows(_) | Form::Reports { .. } | Form::Xarf(_) => false,
        }
    }

    /// Takes the lines that are whole, each stretch with how it is read, and how many messages were none.
    pub fn take(&mut self) -> (Vec<(Vec<u8>, Layout)>, u64) {
        let bad = std::mem::take(&mut self.bad);
        let mut lines = std::mem::take(&mut self.lines);
        if lines.is_empty() {
            return (Vec::new(), bad);
        }
        let Ok(mut starts) = self.recogniser.advance(&lines) else {
            return (Vec::new(), bad);
        };
        let mut stretches = Vec::with_capacity(starts.len());
        while let Some((start, layout)) = starts.pop() {
            let tail = lines.split_off(start.min(lines.len()));
            if !tail.is_empty() {
                stretches.push((tail, layout));
            }
        }
        stretches.reverse();
        (stretches, bad)
    }
}

/// Reads a line of a report; how many of it are bad.
fn add_report(reports: &mut Reports, record: &[u8], lines: &mut Vec<u8>) -> u64 {
    let is_read = std::str::from_utf8(record).is_ok_and(|record| reports.read(record, lines));
    u64::from(!is_read)
}

fn add(wrapping: Wrapping, message: &[u8], line: &mut Vec<u8>, lines: &mut Vec<u8>) {
    match wrapping {
        Wrapping::Plain => lines.extend_from_slice(message),
        Wrapping::Syslog => {
            unwrap_syslog(message, line);
            if line.is_empty() {
                return;
            }
            lines.extend_from_slice(line);
        }
    }
    lines.push(b'\n');
}
