#!/usr/bin/env bash
# Out of what fetch.sh laid out, makes FOLDER/compared: documents beside the text that another program reads in them, oracle/FILE.txt.
# Needs soffice (writer, calc, impress) and pandoc. There are no real docx, xlsx and pptx in Debian: LibreOffice writes them here.
# Then: dotnet run --project tests/Benchmarks -c Release -- read FOLDER/compared
set -euo pipefail
folder=$(realpath -m "${1:?usage: convert.sh FOLDER}")
to=$folder/compared
mkdir -p "$to/oracle"
templates=$(find "$folder/.packages/unpacked" /usr/lib/libreoffice/share/template -name '*.ot[tp]' 2> /dev/null || true)

convert() { # FILTER OUTDIR FILE...
  local filter=$1 out=$2
  shift 2
  [ $# -eq 0 ] || timeout 900 soffice --headless --convert-to "$filter" --outdir "$out" "$@" > /dev/null 2>&1
}

# Pages: every thirtieth; the odd ones as docx and rtf, the even ones as odt, too.
mapfile -t pages < <(find "$folder" -maxdepth 1 -name '*.html' -size +3k | sort | awk 'NR % 30 == 1')
cp "${pages[@]}" "$to"
web=(--infilter='HTML (StarWriter)')
for i in "${!pages[@]}"; do
  if ((i % 2)); then odd+=("${pages[i]}"); else even+=("${pages[i]}"); fi
done
convert 'docx:MS Word 2007 XML' "$to" "${web[@]}" "${odd[@]}"
convert 'rtf:Rich Text Format' "$to" "${web[@]}" "${odd[@]:0:20}"
convert odt "$to" "${web[@]}" "${even[@]}"

# Templates of texts and slides, a sheet.
mapfile -t letters < <(grep '\.ott$' <<< "$templates" | awk -F/ '!seen[$NF]++')
mapfile -t slides < <(grep '\.otp$' <<< "$templates" | awk -F/ '!seen[$NF]++')
convert odt "$to" "${letters[@]}"
convert 'docx:MS Word 2007 XML' "$to" "${letters[@]}"
convert odp "$to" "${slides[@]}"
convert 'pptx:Impress MS PowerPoint 2007 XML' "$to" "${slides[@]}"
convert xlsx "$to" "$folder"/*.ods
convert 'xls:MS Excel 97' "$to" "$folder"/*.ods
cp "$folder"/*.{odt,ods,epub} "$to"

# What the others read.
for format in docx odt rtf; do
  rm -rf "$to/.texts"
  convert 'txt:Text (encoded):UTF8' "$to/.texts" "$to"/*."$format"
  for text in "$to/.texts"/*.txt; do mv "$text" "$to/oracle/$(basename "$text" .txt).$format.txt"; done
done
# Without what stands for pictures, which is not read here.
echo 'function Image() return {} end' > "$to/oracle/.no-pictures.lua"
for file in "$to"/*.html "$to"/*.epub; do
  timeout 300 pandoc -t plain --wrap=none --lua-filter "$to/oracle/.no-pictures.lua" "$file" -o "$to/oracle/$(basename "$file").txt" 2> /dev/null || echo "pandoc: $file" >&2
done
find "$to" -maxdepth 1 -type f | sed 's/.*\.//' | sort | uniq -c
