'use strict';

/** The section that lists which versions of which libraries' symbols a file asks for: SHT_GNU_verneed. */
const VERSIONS_NEEDED = 0x6ffffffe;
const DYNAMIC = 6;
/** The entry of the dynamic section that names a library: DT_NEEDED. */
const NEEDED = 1;

/**
 * What a 64-bit little-endian ELF file asks for of the libraries that it is linked with: their names, and by name the versions of
 * symbols. As the Linux Standard Base and the System V ABI lay it out.
 */
function readNeeds(bytes) {
  if (bytes.toString('latin1', 0, 4) !== '\x7fELF' || bytes[4] !== 2 || bytes[5] !== 1) {
    throw new Error('no ELF file of 64 bits');
  }
  const table = Number(bytes.readBigUInt64LE(0x28));
  const size = bytes.readUInt16LE(0x3a);
  const sections = Array.from({ length: bytes.readUInt16LE(0x3c) }, (_, i) => {
    const at = table + i * size;
    return {
      type: bytes.readUInt32LE(at + 4),
      offset: Number(bytes.readBigUInt64LE(at + 0x18)),
      length: Number(bytes.readBigUInt64LE(at + 0x20)),
      link: bytes.readUInt32LE(at + 0x28),
    };
  });
  const textAt = ({ link }, index) => {
    const start = sections[link].offset + index;
    return bytes.toString('latin1', start, bytes.indexOf(0, start));
  };

  const versions = {};
  const needs = sections.find(({ type }) => type === VERSIONS_NEEDED);
  for (let at = needs?.offset; at !== undefined; ) {
    const file = textAt(needs, bytes.readUInt32LE(at + 4));
    versions[file] = [];
    let one = at + bytes.readUInt32LE(at + 8);
    for (let count = bytes.readUInt16LE(at + 2); count > 0; count--) {
      versions[file].push(textAt(needs, bytes.readUInt32LE(one + 8)));
      one += bytes.readUInt32LE(one + 12);
    }
    const next = bytes.readUInt32LE(at + 12);
    at = next === 0 ? undefined : at + next;
  }

  const libraries = [];
  const dynamic = sections.find(({ type }) => type === DYNAMIC);
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.length; at += 16) {
    if (bytes.readBigUInt64LE(at) === BigInt(NEEDED)) {
      libraries.push(textAt(dynamic, Number(bytes.readBigUInt64LE(at + 8))));
    }
  }
  return { libraries, versions };
}

module.exports = { readNeeds };
