//! The bytes of files: made once per kind and number, shared by all who send them.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use md5::{Digest as _, Md5};

use crate::seed::Draw;
use crate::world::archive::Content;

/// So many different files of each kind are about.
pub const VARIANTS: u64 = 12;

/// The file of a kind with a number; a video is so much longer.
pub fn content(seed: u64, kind: &'static str, number: u64, longer: usize) -> Arc<Content> {
    let mut draw = Draw::new(seed, crate::seed::mix_text(0xF11E, kind), number);
    let bytes = match kind {
        "voice" => voice(&mut draw),
        "video" => {
            let head = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom";
            noise(head, 400_000 + draw.index(900_000) + longer, &mut draw)
        }
        "gif" => noise(b"GIF89a", 3_000 + draw.index(20_000), &mut draw),
        "meeting" => noise(b"ID3\x04", 524_288 + draw.index(3) - 1, &mut draw),
        "file" => text(&mut draw),
        _ => picture(&mut draw),
    };
    Arc::new(Content {
        md5: hex::encode(Md5::digest(&bytes)),
        sha256: hex::encode(digest(&SHA256, &bytes)),
        bytes,
    })
}

fn noise(head: &[u8], length: usize, draw: &mut Draw) -> Vec<u8> {
    let mut bytes = head.to_vec();
    while bytes.len() < length {
        bytes.extend_from_slice(&draw.next().to_be_bytes());
    }
    bytes.truncate(length.max(head.len()));
    bytes
}

/// AMR (RFC 4867, section 5): frames of 12.2 kbit/s, 20 ms each.
fn voice(draw: &mut Draw) -> Vec<u8> {
    let mut bytes = b"#!AMR\n".to_vec();
    for _ in 0..50 * (1 + draw.index(6)) {
        bytes.push(0x3c);
        let frame: Vec<u8> = (0..4).flat_map(|_| draw.next().to_be_bytes()).collect();
        bytes.extend_from_slice(&frame[..31]);
    }
    bytes
}

fn text(draw: &mut Draw) -> Vec<u8> {
    let mut lines = String::from("\u{feff}品名,数量,单价,交期\r\n");
    for row in 0..20 + draw.index(4_000) {
        let (count, price) = (1 + draw.below(500), 10 + draw.below(9_000));
        lines.push_str(&format!(
            "样品{row},{count},{price}.00,2026-{:02}-15\r\n",
            1 + row % 12
        ));
    }
    lines.into_bytes()
}

/// A PNG of stripes (ISO/IEC 15948), 8-bit grey, stored without compression.
fn picture(draw: &mut Draw) -> Vec<u8> {
    let side = u8::try_from(48 + draw.index(120)).unwrap_or(48);
    let (stripe, shade) = (4 + draw.index(12), 40 + draw.index(100));
    let rows: Vec<u8> = (0..usize::from(side))
        .flat_map(|y| {
            let dots = (0..usize::from(side)).map(move |x| ((x + y) / stripe * shade) as u8);
            std::iter::once(0).chain(dots)
        })
        .collect();
    let mut zlib = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = rows.chunks(60_000).collect();
    for (number, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(0);
        zlib.push(u8::from(number + 1 == blocks.len()));
        zlib.extend_from_slice(&length.to_le_bytes());
        zlib.extend_from_slice(&(!length).to_le_bytes());
        zlib.extend_from_slice(block);
    }
    zlib.extend_from_slice(&adler(&rows).to_be_bytes());
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    part(
        &mut png,
        b"IHDR",
        &[0, 0, 0, side, 0, 0, 0, side, 8, 0, 0, 0, 0],
    );
    part(&mut png, b"IDAT", &zlib);
    part(&mut png, b"IEND", &[]);
    png
}

fn part(png: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    png.extend_from_slice(&u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    let start = png.len();
    png.extend_from_slice(name);
    png.extend_from_slice(data);
    let sum = crc(&png[start..]);
    png.extend_from_slice(&sum.to_be_bytes());
}

fn crc(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg());
        }
    }
    !sum
}

fn adler(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in bytes {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_are_those_of_the_standards() {
        assert_eq!(crc(b"123456789"), 0xCBF4_3926);
        assert_eq!(adler(b"Wikipedia"), 0x11E6_0398);
    }

    #[test]
    fn a_file_is_the_same_every_time_and_of_its_kind() {
        for (kind, head) in [
            ("voice", "#!AMR"),
            ("gif", "GIF89a"),
            ("image", "\u{89}PNG"),
        ] {
            let one = content(7, kind, 3, 0);
            assert_eq!(one.sha256, content(7, kind, 3, 0).sha256);
            assert_ne!(one.sha256, content(7, kind, 4, 0).sha256);
            let start: String = one.bytes.iter().take(8).map(|b| char::from(*b)).collect();
            assert!(start.starts_with(head), "{kind}: {start:?}");
        }
    }
}
