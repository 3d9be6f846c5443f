//! Chance that is the same every time: a xorshift generator, and mutations of bytes.

/// Marsaglia's xorshift64.
pub struct Chance(u64);

/// Pieces that readers stumble over.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"=",
    b"@",
    b"/",
    b"..",
    b"\0",
    b"\r\n",
    b"\n",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"eyJ",
    b".",
    b"null",
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"%00",
    b"\\u0000",
    b"\\ud800",
    b"Bearer ",
    b"realm=",
    b"https://",
    b"&x *x",
    b"<<: ",
    b"!!binary ",
];

impl Chance {
    /// The same seed, the same course.
    pub fn new(seed: u64) -> Self {
        // Zero would stay zero.
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Less than `limit`; 0 where that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % limit).unwrap_or(0)
    }

    /// So many bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    /// The seed with one to six changes; `other` is what it may be spliced with.
    pub fn mutated(&mut self, seed: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.below(6) {
            self.change(&mut bytes, other);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len() + 1);
        let end = (at + 1 + self.below(32)).min(bytes.len());
        match self.below(8) {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << (self.next() % 8);
                }
            }
            1 => drop(bytes.drain(at..end.max(at))),
            2 => {
                let piece = PIECES[self.below(PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            3 => {
                let piece = bytes[at..end.max(at)].to_vec();
                let many = 1 + self.below(40);
                bytes.splice(at..at, piece.repeat(many));
            }
            4 => bytes.truncate(at),
            5 => {
                let from = self.below(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            6 => {
                let count = self.below(9);
                let random = self.bytes(count);
                bytes.splice(at..at, random);
            }
            _ => {
                let piece = PIECES[self.below(PIECES.len())];
                bytes.splice(at..end.max(at), piece.iter().copied());
            }
        }
    }
}
