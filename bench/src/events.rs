//! Events as a sensor writes them: lines of Suricata's EVE JSON of four types, made from a fixed seed, and indicators of which
//! hardly any occur in them.

use crate::random::Random;

/// Most lines of it are queries, as in a resolver's network.
const QUERIES_PERCENT: usize = 50;
const TLS_PERCENT: usize = 25;
const HTTP_PERCENT: usize = 20;

/// Names that clients ask for: few are asked for often.
const SITES: usize = 100_000;
/// One event in so many names something that is listed.
pub const LISTED_ONE_IN: usize = 1_000;

/// So many events, a line each.
#[must_use]
pub fn events(count: usize) -> Vec<String> {
    let mut random = Random::new(0x6576_656e);
    (0..count).map(|number| event(&mut random, number)).collect()
}

/// The name of a site; those of a small number are asked for most.
fn site(random: &mut Random) -> usize {
    let narrow = random.below(SITES) + 1;
    random.below(narrow)
}

fn event(random: &mut Random, number: usize) -> String {
    let client = format!("10.{}.{}.{}", random.below(4), random.below(256), random.below(256));
    let server = format!(
        "{}.{}.{}.{}",
        1 + random.below(223),
        random.below(256),
        random.below(256),
        random.below(256)
    );
    let site = site(random);
    let host = if random.below(LISTED_ONE_IN) == 0 {
        format!("cdn{site}.{}", listed_name(site % 1_000))
    } else {
        format!("www{}.site{site}.example.vn", site % 7)
    };
    let head = format!(
        "{{\"timestamp\":\"2026-11-28T03:{:02}:{:02}.{number:06}+0700\",\"flow_id\":{},\"in_iface\":\"eth0\",\"src_ip\":\"{client}\",\
         \"src_port\":{},\"dest_ip\":\"{server}\"",
        number / 60 % 60,
        number % 60,
        random.below(usize::MAX >> 12),
        1024 + random.below(64_000),
    );
    let kind = random.below(100);
    if kind < QUERIES_PERCENT {
        return format!(
            "{head},\"dest_port\":53,\"proto\":\"UDP\",\"pkt_src\":\"wire/pcap\",\"event_type\":\"dns\",\"dns\":{{\"type\":\"query\",\
             \"id\":{},\"rrname\":\"{host}\",\"rrtype\":\"A\",\"tx_id\":0,\"opcode\":0}}}}",
            random.below(65_536)
        );
    }
    if kind < QUERIES_PERCENT + TLS_PERCENT {
        let [one, two] = [random.below(usize::MAX), random.below(usize::MAX)];
        return format!(
            "{head},\"dest_port\":443,\"proto\":\"TCP\",\"pkt_src\":\"wire/pcap\",\"event_type\":\"tls\",\"tls\":{{\"subject\":\"CN={host}\",\
             \"issuerdn\":\"C=US, O=Example, CN=R3\",\"serial\":\"04:A1:{:02X}\",\"fingerprint\":\"aa:bb:cc:dd:ee:ff:00:11:22:33\",\
             \"sni\":\"{host}\",\"version\":\"TLS 1.3\",\"notbefore\":\"2026-10-01T00:00:00\",\"notafter\":\"2026-12-30T00:00:00\",\
             \"ja3\":{{\"hash\":\"{one:016x}{two:016x}\",\"string\":\"771,4865-4866-4867-49195,0-23-65281-10-11,29-23-24,0\"}}}}}}",
            site % 256
        );
    }
    if kind < QUERIES_PERCENT + TLS_PERCENT + HTTP_PERCENT {
        return format!(
            "{head},\"dest_port\":80,\"proto\":\"TCP\",\"pkt_src\":\"wire/pcap\",\"event_type\":\"http\",\"tx_id\":0,\"http\":{{\
             \"hostname\":\"{host}\",\"url\":\"/assets/{}/app.js?v={}\",\"http_user_agent\":\"Mozilla/5.0 (Windows NT 10.0; Win64; x64)\",\
             \"http_content_type\":\"text/javascript\",\"http_method\":\"GET\",\"protocol\":\"HTTP/1.1\",\"status\":200,\"length\":{}}}}}",
            site % 1_000,
            site % 77,
            random.below(100_000)
        );
    }
    let words = [(); 4].map(|()| format!("{:016x}", random.below(usize::MAX)));
    format!(
        "{head},\"dest_port\":80,\"proto\":\"TCP\",\"event_type\":\"fileinfo\",\"app_proto\":\"http\",\"http\":{{\"hostname\":\"{host}\",\
         \"url\":\"/get/{site}.zip\"}},\"fileinfo\":{{\"filename\":\"/get/{site}.zip\",\"magic\":\"Zip archive data\",\"gaps\":false,\
         \"state\":\"CLOSED\",\"sha256\":\"{}\",\"stored\":false,\"size\":{}}}}}",
        words.concat(),
        random.below(1 << 24)
    )
}

/// A name that is listed.
fn listed_name(number: usize) -> String {
    format!("listed{number}.evil-example.vn")
}

/// So many indicators: names, addresses and digests, those that occur among them.
pub fn indicators(count: usize) -> impl Iterator<Item = String> {
    let mut random = Random::new(0x696e_6469);
    (0..count).map(move |number| match number {
        0..1_000 => listed_name(number),
        _ => match number % 5 {
            0..3 => format!("x{:x}.bad{number}.example.com", random.below(1 << 24)),
            3 => format!(
                "{}.{}.{}.{}",
                1 + random.below(223),
                random.below(256),
                random.below(256),
                random.below(256)
            ),
            _ => [(); 4].map(|()| format!("{:016x}", random.below(usize::MAX))).concat(),
        },
    })
}
