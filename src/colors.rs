//! The two colours of a picture, and how far apart they are.

/// The two colours of a picture, sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colors {
    /// The colour of a pixel without ink.
    pub ground: [u8; 3],
    /// The colour of a pixel that is all ink.
    pub ink: [u8; 3],
}

impl Colors {
    /// The least contrast between ink and ground of any picture: what
    /// [WCAG 2.2](https://www.w3.org/TR/WCAG22/#contrast-minimum) asks of text.
    pub const LEAST_CONTRAST: f32 = 4.5;

    /// The colour of a pixel whose share of ink is `ink` / 255.
    #[must_use]
    pub fn mix(&self, ink: u8) -> [u8; 3] {
        let ink = u32::from(ink);
        std::array::from_fn(|i| {
            let (ground, full) = (u32::from(self.ground[i]), u32::from(self.ink[i]));
            ((ground * (255 - ink) + full * ink + 127) / 255) as u8
        })
    }

    /// The contrast between ink and ground: 1 for none to 21 for black on white, as
    /// [WCAG 2.2](https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio) defines it.
    #[must_use]
    pub fn contrast(&self) -> f32 {
        let (a, b) = (luminance(self.ground), luminance(self.ink));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

/// Relative luminance of an sRGB colour, 0 to 1.
fn luminance(color: [u8; 3]) -> f32 {
    let linear = color.map(|c| {
        let c = f32::from(c) / 255.0;
        if c <= 0.040_45 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK_ON_WHITE: Colors = Colors { ground: [255; 3], ink: [0; 3] };

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((BLACK_ON_WHITE.contrast() - 21.0).abs() < 0.01);
        // The standard's own borderline case: #767676 on white is just above 4.5.
        let grey = Colors { ground: [255; 3], ink: [0x76; 3] };
        assert!((4.5..4.6).contains(&grey.contrast()), "{}", grey.contrast());
    }

    #[test]
    fn mixing_ends_at_the_two_colours() {
        let colors = Colors { ground: [250, 240, 230], ink: [10, 20, 30] };
        assert_eq!(colors.mix(0), colors.ground);
        assert_eq!(colors.mix(255), colors.ink);
        assert_eq!(colors.mix(128), [130, 130, 130]);
    }
}
