//! Colours of figures. On the page they come from the style sheet, so that both have one source;
//! elsewhere the light ones here are used.

use plotters::style::RGBColor;

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// Reads `#rrggbb`.
    #[must_use]
    pub fn parse(hex: &str) -> Option<Self> {
        let digits = hex.trim().strip_prefix('#')?;
        if digits.len() != 6 {
            return None;
        }
        let channel = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        Some(Self(channel(0)?, channel(2)?, channel(4)?))
    }

    /// As CSS writes it.
    #[must_use]
    pub fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

impl From<Rgb> for RGBColor {
    fn from(colour: Rgb) -> Self {
        RGBColor(colour.0, colour.1, colour.2)
    }
}

/// Number of colours for groups.
pub const GROUPS: usize = 8;

/// The colours of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Behind everything.
    pub background: Rgb,
    /// Text of axes.
    pub ink: Rgb,
    /// Ticks and densities.
    pub soft: Rgb,
    /// Grid.
    pub line: Rgb,
    /// What to look at.
    pub accent: Rgb,
    /// Groups, told apart by the colour-blind as well.
    pub groups: [Rgb; GROUPS],
}

impl Theme {
    /// For paper and export.
    pub const LIGHT: Theme = Theme {
        background: Rgb(0xfb, 0xfa, 0xf8),
        ink: Rgb(0x1d, 0x1f, 0x24),
        soft: Rgb(0x66, 0x6b, 0x75),
        line: Rgb(0xe6, 0xe3, 0xdc),
        accent: Rgb(0xc2, 0x57, 0x1a),
        groups: [
            Rgb(0x1f, 0x6f, 0x78),
            Rgb(0xa9, 0xa6, 0xa0),
            Rgb(0x3b, 0x5b, 0x92),
            Rgb(0x9a, 0x4f, 0x7d),
            Rgb(0x7d, 0x8f, 0x3a),
            Rgb(0x5f, 0xa8, 0xc4),
            Rgb(0xb0, 0x8a, 0x3c),
            Rgb(0x5a, 0x4a, 0x42),
        ],
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_goes_there_and_back() {
        assert_eq!(Rgb::parse(" #c2571a"), Some(Rgb(0xc2, 0x57, 0x1a)));
        assert_eq!(Rgb(0xc2, 0x57, 0x1a).css(), "#c2571a");
        assert_eq!(Rgb::parse("rgb(1,2,3)"), None);
        assert_eq!(Rgb::parse("#ää00"), None);
    }
}
