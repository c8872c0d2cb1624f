/*
 * area: a rectangle on a page, as people measure it.
 */
#ifndef NASKAH_MODEL_AREA_H
#define NASKAH_MODEL_AREA_H

/* Points, from the upper left corner of the page as it is seen (turned, cropped). */
struct page_area {
	unsigned page; /* from 1; 0 = any place on any page (it stands where a mark in the text is) */
	double x, y;   /* of the upper left corner */
	double width, height;
};

#endif
