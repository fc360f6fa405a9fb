//! Font files of two letters, made by hand, so that their outlines can be what no drawing program makes them.

/// What a font's glyphs are, in either kind of outlines.
pub enum Outlines {
    /// Glyphs from glyph 1 on, which is the H; the last is the other letter's.
    TrueType(Vec<Vec<u8>>),
    /// A whole `CFF ` table, with the H as glyph 1 and the other letter as glyph 2.
    PostScript(Vec<u8>),
}

/// A font whose H is its first glyph and whose `letter` is its last.
pub fn font(outlines: &Outlines, letter: char) -> Vec<u8> {
    let (last, kind) = match outlines {
        Outlines::TrueType(glyphs) => (glyphs.len() as u16, *b"\0\x01\0\0"),
        Outlines::PostScript(_) => (2, *b"OTTO"),
    };
    let count = last + 1;
    let mut tables: Vec<(&[u8; 4], Vec<u8>)> = vec![(b"cmap", cmap(&[(letter, last), ('H', 1)]))];
    let mut head = vec![0; 54];
    head[..4].copy_from_slice(b"\0\x01\0\0");
    head[12..16].copy_from_slice(b"\x5f\x0f\x3c\xf5");
    head[18..20].copy_from_slice(&1000u16.to_be_bytes());
    head[51] = 1;
    let mut hhea = vec![0; 36];
    hhea[4..6].copy_from_slice(&800i16.to_be_bytes());
    hhea[6..8].copy_from_slice(&(-200i16).to_be_bytes());
    hhea[34..36].copy_from_slice(&1u16.to_be_bytes());
    let hmtx = [&500u16.to_be_bytes()[..], &vec![0; 2 + 2 * usize::from(count - 1)]].concat();
    let mut maxp = b"\0\0\x50\0\0\0".to_vec();
    maxp[4..6].copy_from_slice(&count.to_be_bytes());
    if let Outlines::TrueType(glyphs) = outlines {
        maxp = [b"\0\x01\0\0".as_slice(), &count.to_be_bytes(), &[0; 26]].concat();
        let mut loca = vec![0u32, 0];
        let mut glyf = Vec::new();
        for glyph in glyphs {
            glyf.extend_from_slice(glyph);
            glyf.resize(glyf.len().next_multiple_of(4), 0);
            loca.push(glyf.len() as u32);
        }
        tables.push((b"glyf", glyf));
        tables.push((b"loca", loca.into_iter().flat_map(u32::to_be_bytes).collect()));
    }
    if let Outlines::PostScript(cff) = outlines {
        tables.push((b"CFF ", cff.clone()));
    }
    tables.extend([(b"head", head), (b"hhea", hhea), (b"hmtx", hmtx), (b"maxp", maxp)]);
    tables.sort();
    let mut file = [&kind[..], &(tables.len() as u16).to_be_bytes(), &[0; 6]].concat();
    let mut offset = file.len() + 16 * tables.len();
    for (tag, table) in &tables {
        let numbers = [0, offset as u32, table.len() as u32].into_iter().flat_map(u32::to_be_bytes);
        file.extend(tag.iter().copied().chain(numbers));
        offset += table.len().next_multiple_of(4);
    }
    for (_, table) in &tables {
        file.extend_from_slice(table);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    file
}

/// Format 12, for letters in their order.
fn cmap(letters: &[(char, u16)]) -> Vec<u8> {
    let groups = letters.iter().flat_map(|&(letter, glyph)| [letter as u32, letter as u32, u32::from(glyph)]);
    let length = 16 + 12 * letters.len() as u32;
    let head = [0x0000_0001, 0x0003_000a, 12, 0x000c_0000, length, 0, letters.len() as u32];
    head.into_iter().chain(groups).flat_map(u32::to_be_bytes).collect()
}

/// A glyph that is one rectangle: left, bottom, right, top.
pub fn rectangle([left, bottom, right, top]: [i16; 4]) -> Vec<u8> {
    let words = |words: &[i16]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<_>>();
    // One contour that ends at point 3, no instructions; four points on the outline, each by how far it lies from the one before.
    let head = words(&[1, left, bottom, right, top, 3, 0]);
    let (wide, high) = (right.wrapping_sub(left), top.wrapping_sub(bottom));
    [head, vec![1; 4], words(&[left, 0, wide, 0]), words(&[bottom, high, 0, high.wrapping_neg()])].concat()
}

/// An H, a small rectangle, and `levels` glyphs each of which is `times` the one before.
pub fn composites(levels: u16, times: usize) -> Vec<Vec<u8>> {
    const MORE: u16 = 1 << 5;
    const XY: u16 = 1 << 1;
    let of = |glyph: u16| {
        let component = |i: usize| {
            let flags = if i + 1 < times { XY | MORE } else { XY };
            [flags.to_be_bytes(), glyph.to_be_bytes(), [0, 0]].concat()
        };
        let head = [-1i16, 0, 0, 500, 700].into_iter().flat_map(i16::to_be_bytes);
        head.chain((0..times).flat_map(component)).collect()
    };
    let plain = || rectangle([0, 0, 500, 700]);
    [plain(), plain()].into_iter().chain((0..levels).map(|level| of(2 + level))).collect()
}

/// A `CFF ` table whose H is a rectangle and whose other letter calls the first of `levels` subroutines, each of which calls the next
/// `times`; the last draws a line.
pub fn subroutines(levels: u8, times: usize) -> Vec<u8> {
    let index = |objects: &[Vec<u8>]| {
        if objects.is_empty() {
            return vec![0, 0];
        }
        let mut offsets = vec![1u32];
        objects.iter().for_each(|object| offsets.push(offsets[offsets.len() - 1] + object.len() as u32));
        let mut bytes = (objects.len() as u16).to_be_bytes().to_vec();
        bytes.push(4);
        bytes.extend(offsets.into_iter().flat_map(u32::to_be_bytes));
        bytes.extend(objects.concat());
        bytes
    };
    let number = |number: i16| [&[28][..], &number.to_be_bytes()].concat();
    let line = |x, y| [number(x), number(y), vec![5]].concat();
    // rmoveto, three lines; endchar.
    let rectangle = [number(0), number(0), vec![21], line(0, 700), line(500, 0), line(0, -700)].concat();
    // The bias of fewer than 1,240 subroutines.
    let call = |subr: u8| [number(i16::from(subr) - 107), vec![29]].concat();
    let subr = |level: u8| {
        let body = if level + 1 < levels { call(level + 1).repeat(times) } else { line(0, 0) };
        [body, vec![11]].concat()
    };
    let glyphs = [vec![14], [&rectangle[..], &[14]].concat(), [rectangle.clone(), call(0), vec![14]].concat()];
    let head = [1, 0, 4, 4];
    let names = index(&[b"A".to_vec()]);
    let subrs = index(&(0..levels).map(subr).collect::<Vec<_>>());
    // CharStrings lie at the end; the offset has five bytes whatever it is.
    let top = |offset: u32| index(&[[&[29][..], &offset.to_be_bytes(), &[17]].concat()]);
    let before = head.len() + names.len() + top(0).len() + 2 + subrs.len();
    [head.to_vec(), names, top(before as u32), index(&[]), subrs, index(&glyphs)].concat()
}
