//! Frame Streams: frames with their lengths before them, and a handshake in control frames.

use crate::limits::MAX_FRAME_BYTES;

const CONTENT_TYPE: &[u8] = b"protobuf:dnstap.Dnstap";
const ACCEPT: u32 = 1;
const START: u32 = 2;
const STOP: u32 = 3;
const READY: u32 = 4;
const FINISH: u32 = 5;
const FIELD_CONTENT_TYPE: u32 = 1;
/// Longest control frame, in bytes.
const MAX_CONTROL_BYTES: usize = 512;

/// Reads a stream, whatever pieces it comes in.
#[derive(Debug, Default)]
pub struct FrameStream {
    rest: Vec<u8>,
    is_broken: bool,
    is_over: bool,
}

impl FrameStream {
    /// Goes on with these bytes, gives every data frame that is whole, and writes what is to be answered.
    pub fn push(&mut self, bytes: &[u8], reply: &mut Vec<u8>, mut take: impl FnMut(&[u8])) {
        let mut buffer = std::mem::take(&mut self.rest);
        buffer.extend_from_slice(bytes);
        let mut rest = buffer.as_slice();
        while !self.is_broken {
            let Some((len, after)) = length(rest) else { break };
            if len == 0 {
                let Some((len, after)) = length(after) else { break };
                if len > MAX_CONTROL_BYTES {
                    self.is_broken = true;
                    break;
                }
                let Some((frame, after)) = after.split_at_checked(len) else {
                    break;
                };
                self.control(frame, reply);
                rest = after;
                continue;
            }
            if len > MAX_FRAME_BYTES {
                self.is_broken = true;
                break;
            }
            let Some((frame, after)) = after.split_at_checked(len) else {
                break;
            };
            take(frame);
            rest = after;
        }
        self.rest = rest.to_vec();
    }

    /// Whether what came is no such stream, so that nothing more can be read of it.
    #[must_use]
    pub const fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// Whether the sender said that it was all.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.is_over
    }

    fn control(&mut self, frame: &[u8], reply: &mut Vec<u8>) {
        let Some((kind, fields)) = number(frame) else {
            self.is_broken = true;
            return;
        };
        match kind {
            READY | START => {
                if !speaks_dnstap(fields) {
                    self.is_broken = true;
                } else if kind == READY {
                    let mut accept = ACCEPT.to_be_bytes().to_vec();
                    accept.extend_from_slice(&FIELD_CONTENT_TYPE.to_be_bytes());
                    accept.extend_from_slice(&(CONTENT_TYPE.len() as u32).to_be_bytes());
                    accept.extend_from_slice(CONTENT_TYPE);
                    answer(&accept, reply);
                }
            }
            STOP => {
                self.is_over = true;
                answer(&FINISH.to_be_bytes(), reply);
            }
            _ => self.is_broken = true,
        }
    }
}

fn answer(frame: &[u8], reply: &mut Vec<u8>) {
    reply.extend_from_slice(&[0; 4]);
    reply.extend_from_slice(&(frame.len() as u32).to_be_bytes());
    reply.extend_from_slice(frame);
}

/// Whether one of the content types is that of dnstap; without any, everything is.
fn speaks_dnstap(mut fields: &[u8]) -> bool {
    let mut is_said = false;
    while let Some((kind, rest)) = number(fields)
        && let Some((len, rest)) = length(rest)
        && let Some((value, rest)) = rest.split_at_checked(len)
    {
        if kind == FIELD_CONTENT_TYPE {
            is_said = true;
            if value == CONTENT_TYPE {
                return true;
            }
        }
        fields = rest;
    }
    !is_said
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*number), rest))
}

fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (number, rest) = number(bytes)?;
    Some((number as usize, rest))
}
