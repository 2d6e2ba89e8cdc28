//! QR codes as a single SVG path, which prints sharply at any size.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};
use yew::prelude::*;

/// The quiet zone around the code, in modules.
const QUIET: usize = 4;

/// Properties of [`QrImage`].
#[derive(Properties, PartialEq)]
pub struct QrImageProps {
    /// The encoded text.
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
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    Some((code.width() + 2 * QUIET, runs(&code.to_colors(), code.width())))
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
}
