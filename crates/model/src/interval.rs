//! What few counts say, and what many do.

/// The 95 % interval of a share of counts (Wilson, 1927), 0 to 1; none of nothing.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a share of counts far below 2^52")]
pub fn interval(part: u64, of: u64) -> Option<(f64, f64)> {
    const Z: f64 = 1.96;
    if of == 0 {
        return None;
    }
    let n = of as f64;
    let share = part as f64 / n;
    let centre = share + Z * Z / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    Some((
        ((centre - spread) / scale).max(0.0),
        ((centre + spread) / scale).min(1.0),
    ))
}
