//! QR codes as a single SVG path, which prints sharply at any size.
//!
//! A code holds ASCII alone: an address with all else percent-encoded. Chinese text would be written in Kanji mode, which
//! scanners read as Japanese.

use std::{borrow::Cow, fmt::Write};

use qrcode::{Color, EcLevel, QrCode};
use yew::prelude::*;

/// The quiet zone around the code, in modules.
const QUIET: usize = 4;

/// Properties of [`QrImage`].
#[derive(Properties, PartialEq)]
pub struct QrImageProps {
    /// The address.
    pub text: AttrValue,
    /// The accessible name.
    pub label: AttrValue,
}

/// A QR code, black on white in every theme.
#[component]
pub fn QrImage(props: &QrImageProps) -> Html {
    let drawn = use_memo(props.text.clone(), |text| draw(text));
    let Some((size, path)) = &*drawn else { return Html::default() };
    html! {
        <svg class="qr" viewBox={format!("0 0 {size} {size}")} role="img" aria-label={props.label.clone()}
            shape-rendering="crispEdges" focusable="false">
            <rect width={size.to_string()} height={size.to_string()} fill="#ffffff" />
            <path d={path.clone()} fill="#000000" />
        </svg>
    }
}

/// The width in modules and the path of the dark ones. `None` if the text is too long for a code.
fn draw(text: &str) -> Option<(usize, String)> {
    let code = QrCode::with_error_correction_level(&*percent_encoded(text), EcLevel::M).ok()?;
    Some((code.width() + 2 * QUIET, runs(&code.to_colors(), code.width())))
}

/// Returns an address with everything but ASCII percent-encoded.
fn percent_encoded(address: &str) -> Cow<'_, str> {
    if address.is_ascii() {
        return Cow::Borrowed(address);
    }
    let encoded = address.bytes().fold(String::with_capacity(address.len() * 3), |mut encoded, byte| {
        if byte.is_ascii() {
            encoded.push(byte.into());
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    });
    Cow::Owned(encoded)
}

fn runs(modules: &[Color], width: usize) -> String {
    let mut path = String::new();
    for (y, row) in modules.chunks(width.max(1)).enumerate() {
        let mut x = 0;
        while x < row.len() {
            let run = row.iter().skip(x).take_while(|module| **module == Color::Dark).count();
            if run > 0 {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_modules_of_a_row_become_one_run() {
        use Color::{Dark, Light};
        assert_eq!(runs(&[Dark, Dark, Light, Light, Dark, Dark, Light, Light, Light], 3), "M4 4h2v1h-2zM5 5h2v1h-2z");
    }

    #[test]
    fn an_address_fits_and_a_book_does_not() {
        let address = "https://peixun.example.cn/verify/SL2026-%E7%A4%BA-0007";
        assert!(draw(address).is_some_and(|(size, path)| size > 29 && path.starts_with('M')));
        assert!(draw(&"书".repeat(3000)).is_none());
    }

    // Case F7
    #[test]
    fn a_scanner_reads_the_percent_encoded_address() {
        for (address, read) in [
            ("https://peixun.example.cn/activate?code=7K2M9QXR", "https://peixun.example.cn/activate?code=7K2M9QXR"),
            (
                "https://peixun.example.cn/verify/SL2026-示-0007",
                "https://peixun.example.cn/verify/SL2026-%E7%A4%BA-0007",
            ),
        ] {
            let (size, path) = draw(address).expect("a code");
            assert_eq!(scan(size, &path), read);
        }
    }

    /// Reads the code that a path draws.
    fn scan(size: usize, path: &str) -> String {
        /// Pixels per module.
        const SCALE: usize = 4;
        let mut dark = vec![false; size * size];
        for run in path.split('M').filter(|run| !run.is_empty()) {
            let numbers: Vec<usize> =
                run.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
            let (x, y, width) = (numbers[0], numbers[1], numbers[2]);
            dark[y * size + x..][..width].fill(true);
        }
        let grey = |x: usize, y: usize| if dark[y / SCALE * size + x / SCALE] { 0 } else { 255 };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(size * SCALE, size * SCALE, grey);
        let grids = image.detect_grids();
        let (_, text) = grids.first().expect("a code").decode().expect("a text");
        text
    }
}
