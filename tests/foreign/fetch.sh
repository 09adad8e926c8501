#!/usr/bin/env bash
# Lays out real documents of other people in FOLDER, out of Debian packages: nothing is installed. About 130 MB to download.
# FOLDER/oracle/NAME.txt is the text that the authors themselves published beside NAME.pdf and NAME.epub.
# Then: dotnet run --project tests/Benchmarks -c Release -- read FOLDER
set -euo pipefail
folder=$(realpath -m "${1:?usage: fetch.sh FOLDER}")
packages=(bash-doc cups-filters debian-faq debian-handbook debian-policy debian-refcard debian-reference-en
  debian-reference-ja debian-reference-zh-cn debmake-doc developers-reference developers-reference-ja
  ghostscript-doc installation-guide-amd64 libreoffice-common calibre)
mkdir -p "$folder/oracle" "$folder/.packages"
cd "$folder/.packages"
for package in "${packages[@]}"; do
  compgen -G "${package}_*.deb" > /dev/null || apt-get download -q "$package" || echo "left out: $package" >&2
done
for deb in *.deb; do dpkg -x "$deb" unpacked; done

find unpacked -type f \( -name '*.pdf' -o -name '*.pdf.gz' -o -name '*.epub' -o -name '*.odt' -o -name '*.ods' \
  -o -name '*.md' -o -name '*.md.gz' -o -path '*/html/*.html' \) -print0 |
  while IFS= read -r -d '' file; do
    # pages of one book have the same names in every language
    name=$(echo "${file#unpacked/usr/share/}" | sed 's|^doc/||; s|/|_|g')
    [[ $name == debmake-doc_debmake-doc.* ]] && name=${name#debmake-doc_}
    case $file in
    *.gz) gzip -dc "$file" > "$folder/${name%.gz}" ;;
    *) cp "$file" "$folder/$name" ;;
    esac
  done
for text in unpacked/usr/share/doc/debmake-doc/debmake-doc.*.txt.gz; do
  gzip -dc "$text" > "$folder/oracle/$(basename "$text" .txt.gz).txt"
done
find "$folder" -maxdepth 1 -type f | sed 's/.*\.//' | sort | uniq -c
