/** A name, what finds it, and what does not. */
type Line = readonly [name: string, finds: readonly string[], misses: readonly string[]];

/** Names in many scripts, and how people type them. */
export const names: Readonly<Record<string, readonly Line[]>> = {
  'letters with strokes, ligatures and dots': [
    ['Łukasz Wałęsa', ['lukasz', 'LUKASZ', 'łukasz', 'walesa', 'Wałęsa'], ['ukas z']],
    ['Søren Ægir Ås', ['soren', 'SØREN', 'aegir', 'ægir', 'as', 'ås'], ['sören x', 'agir']],
    ['Johann Strauß', ['strauss', 'STRAUSS', 'Strauß', 'STRAUẞ'], ['straus s']],
    ['Işıl İnci Çağ', ['isil', 'ISIL', 'ışıl', 'IŞIL', 'inci', 'İNCİ', 'INCI', 'cag'], ['isal']],
    ['Đurić Žarko', ['duric', 'đurić', 'DURIC', 'zarko'], ['djuric']],
    ['Þóra Guðný', ['thora', 'þóra', 'gudny'], ['tora']],
    ['Œuvre Ĳsbrand ŉ Ŋuyi', ['oeuvre', 'œuvre', 'ijsbrand', 'ĳsbrand', 'nuyi'], ['euvre x']],
    ['Ħal Ŧaŋ Ƶoë ﬁn', ['hal', 'tan', 'zoe', 'fin'], ['fi n']],
    ['Łódź\u00a0Nord', ['lodz nord', 'łódź nord'], ['lodznord']],
    ['O’Brien', ["o'brien", 'o‘brien', 'O’BRIEN', 'oʼbrien'], ['obrien']],
    ['Jean‑Luc', ['jean-luc', 'Jean–Luc', 'jean‐luc'], ['jean luc']],
  ],
  'accents upon accents': [
    ['Nguyễn Thị Đường', ['nguyen', 'NGUYỄN', 'nguye\u0302\u0303n', 'thi duong', 'đường'], ['ngyen']],
    ['Phở Bò', ['pho bo', 'phơ', 'PHỞ'], ['fo']],
    ['Ǖber Ǻngström', ['uber', 'u\u0308\u0304ber', 'angstrom'], ['ueber']],
    ['Z\u0300\u0316\u035calgo', ['zalgo', 'z\u0316\u0300algo'], ['z algo']],
  ],
  Greek: [
    ['Οδυσσέας Σίσυφος', ['οδυσσεας', 'ΟΔΥΣΣΈΑΣ', 'σισυφοσ', 'ΣΊΣΥΦΟΣ', 'σίσυφος'], ['οδυσεας']],
    ['ᾍδης', ['αδης', 'ΑΔΗΣ', 'ᾅδης'], ['αιδης']],
  ],
  Cyrillic: [
    ['Алёна Йович Андрей', ['алена', 'АЛЁНА', 'йович', 'иович', 'андреи', 'АНДРЕЙ'], ['алана']],
    ['Їжак Ґалаґан', ['іжак', 'ЇЖАК', 'ґалаґан'], ['жакґ']],
  ],
  Hebrew: [['שָׁלוֹם בֶּן־דָּוִד', ['שלום', 'שָׁלוֹם', 'דוד', 'בן'], ['שלם']]],
  Arabic: [
    ['مُحَمَّد عَلِي', ['محمد', 'مُحَمَّد', 'محمـــد', 'على', 'علي'], ['محد', 'حممد']],
    ['أحمد إبراهيم آدم ٱلله', ['احمد', 'أحمد', 'ابراهيم', 'ادم', 'الله'], ['حمدا']],
    ['فاطمة کریم', ['فاطمه', 'فاطمة', 'كريم', 'کریم'], ['فطمة']],
  ],
  'Indic scripts, in which vowels are letters': [
    ['राम', ['राम', 'रा', 'म'], ['रमा', 'रम', 'रीम']],
    ['रमा', ['रमा', 'मा'], ['राम']],
    ['तमिल தமிழ் தமழ', ['தமிழ்', 'தமி'], ['தமீ', 'தமாழ']],
    ['क़लम', ['क\u093cलम', '\u0958लम'], ['कलम']],
    ['பொன்', ['பொன்', 'ப\u0bc6\u0bbeன்'], ['பன்']],
    ['สมชาย นี้', ['สมชาย', 'นี้'], ['สมชย', 'นา']],
    ['ကျော်', ['ကျော်'], ['ကော်']],
  ],
  'Chinese, Japanese, Korean': [
    ['한지민', ['한', '\u1112\u1161\u11ab지', '지민'], ['하', 'ㅎ민']],
    ['ガラス パン', ['ガラス', 'ｶﾞﾗｽ', 'カ\u3099ラス', 'パン', 'ﾊﾟﾝ'], ['カラス', 'バン']],
    ['田中 葛\u{e0100}城', ['田中', '葛城', '葛\u{e0101}城'], ['中田']],
    ['豈樂', ['豈樂', '\uf900'], ['樂豈']],
    ['㍿山田', ['株式会社'], ['株式山']],
  ],
  'other forms of letters': [
    ['Ａｎｎａ Ｌｅｅ', ['anna', 'ＡＮＮＡ', 'anna lee'], ['ana']],
    ['𝔉𝔯𝔞𝔫𝔷 𝓛𝓲𝓼𝔃𝓽 Ⓐⓝⓓ', ['franz', 'liszt', 'and', '𝐅𝐑𝐀𝐍𝐙'], ['fraz']],
    ['ﷺ', ['صلى', 'ﷺ'], ['صىل']],
    ['ⅣⅫ ½', ['ivxii', '1⁄2'], ['4']],
    ['ᲗᲑᲘᲚᲘᲡᲘ', ['თბილისი', 'ᲗᲑᲘᲚᲘᲡᲘ'], ['თბლ']],
    ['𐐀𐐁𞤀', ['𐐨𐐩', '𐐀𐐁', '𞤢'], ['𐐪']],
  ],
  'what cannot be seen': [
    ['An\u200bna\ufeff\u00ad \u202eLee\u{e0041}', ['anna lee', 'an\u2060na'], ['an na']],
    ['👍🏽 Ann ❤️', ['👍🏽', '❤', '❤️', 'ann'], ['👍🏿', '🧡']],
    ['👨‍👩‍👧 Family', ['👨‍👩‍👧', '👨👩👧'], ['👩👨']],
    ['Ann', ['', ' ', '\u200b', '\u3000ann\t'], ['a\tnn']],
  ],
};
