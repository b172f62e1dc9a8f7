//! A line between a resolver and a node, which can be cut within a transfer.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::servers::free_port;

/// A line that forwards datagrams and connections. It ends with the process of the tests.
pub struct Line {
    pub port: u16,
    state: Arc<State>,
}

struct State {
    /// How many bytes of answers still pass.
    room: AtomicUsize,
    was_cut: AtomicBool,
}

impl Line {
    /// A line to a port of this machine.
    pub fn to(port: u16) -> Self {
        let own = free_port();
        let state = Arc::new(State {
            room: AtomicUsize::new(usize::MAX),
            was_cut: AtomicBool::new(false),
        });
        let listener = TcpListener::bind(("127.0.0.1", own)).unwrap();
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || connect(stream, port, &shared));
            }
        });
        let socket = UdpSocket::bind(("127.0.0.1", own)).unwrap();
        std::thread::spawn(move || forward(&socket, port));
        Self { port: own, state }
    }

    /// Cuts it when so many bytes of answers have passed over connections.
    pub fn cut_after(&self, bytes: usize) {
        self.state.room.store(bytes, Ordering::SeqCst);
    }

    pub fn was_cut(&self) -> bool {
        self.state.was_cut.load(Ordering::SeqCst)
    }

    pub fn mend(&self) {
        self.cut_after(usize::MAX);
    }
}

/// Every datagram, and what is answered to it.
fn forward(socket: &UdpSocket, port: u16) {
    let mut bytes = [0; 4096];
    while let Ok((len, peer)) = socket.recv_from(&mut bytes) {
        let Ok(behind) = UdpSocket::bind(("127.0.0.1", 0)) else {
            return;
        };
        behind.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        let _ = behind.send_to(&bytes[..len], ("127.0.0.1", port));
        if let Ok((len, _)) = behind.recv_from(&mut bytes) {
            let _ = socket.send_to(&bytes[..len], peer);
        }
    }
}

fn connect(mut client: TcpStream, port: u16, state: &State) {
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", port)) else {
        return;
    };
    let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let mut bytes = [0; 4096];
    while let Ok(len @ 1..) = server.read(&mut bytes) {
        let room = state.room.load(Ordering::SeqCst);
        if room < len {
            state.was_cut.store(true, Ordering::SeqCst);
            break;
        }
        if room != usize::MAX {
            state.room.fetch_sub(len, Ordering::SeqCst);
        }
        if client.write_all(&bytes[..len]).is_err() {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}
